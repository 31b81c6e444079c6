import { describe, expect, test } from 'vitest';
import { MODELS } from '../../src/aws/model/models.ts';
import { decodePairs } from '../../src/aws/protocol/query/decode-pairs.ts';
import { validate } from '../../src/aws/validation/validate.ts';
import { Refusal } from '../../src/values/refusal.ts';
import { pairsOf } from './pairs.ts';
import { violationsOf } from './violations.ts';

const INPUTS = [MODELS.iam, MODELS.sts].flatMap((model) =>
  [...model.operations].flatMap(([operation, { input }]) =>
    input === undefined ? [] : [{ model, operation, shapeName: input }],
  ),
);

describe.each(INPUTS)('the input of $operation', ({ model, operation, shapeName }) => {
  test('is refused with the published error and the place, whichever one constraint it breaks', () => {
    const wrong: string[] = [];
    for (const { name, input, code, member } of violationsOf(model, operation)) {
      // What JSON alone can say wrongly has no way to be written as parameters.
      if (code !== 'InvalidParameterException' || / null$/.test(name)) continue;
      const decoded = decodePairs(model, shapeName, new Map(pairsOf(input)));
      if (JSON.stringify(decoded) !== JSON.stringify(input)) continue;
      const said = refusalOf(() => validate(model, shapeName, decoded));
      const place = ` at '${lowerCamel(member)}' failed to satisfy constraint: `;
      if (said?.code !== 'ValidationException' || !said.message.includes(place)) {
        wrong.push(`${name}: expected${place}, got ${said?.message ?? 'no refusal'}`);
      }
    }

    expect(wrong).toEqual([]);
  });
});

test('each kind of constraint is among what was tried', () => {
  const names = INPUTS.flatMap(({ model, operation }) => [...violationsOf(model, operation)].map((it) => it.name));

  expect(names).toContain('UserName: missing');
  expect(names).toContain('UserName: not of the pattern');
  expect(names).toContain('MaxItems: too much');
  expect(names).toContain('Tags.1.member.Key: element too little');
  expect(names).toContain('Status: not of the enum');
  expect(names.length).toBeGreaterThan(1_500);
});

function lowerCamel(place: string): string {
  return place
    .split('.')
    .map((it) => `${it.charAt(0).toLowerCase()}${it.slice(1)}`)
    .join('.');
}

function refusalOf(work: () => unknown): Refusal | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
