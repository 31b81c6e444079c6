import { describe, expect, test } from 'vitest';
import { MODELS } from '../../src/aws/model/models.ts';
import { decode } from '../../src/aws/validation/decode.ts';
import { validate } from '../../src/aws/validation/validate.ts';
import { Refusal } from '../../src/values/refusal.ts';
import { sampleOf } from './samples.ts';
import { violationsOf } from './violations.ts';

describe.each([...MODELS.ecr.operations])('the input of %s', (operation, { input: shapeName = '' }) => {
  test('is accepted when it is the smallest valid one', () => {
    const sample = sampleOf(MODELS.ecr, shapeName);

    expect(JSON.stringify(validateJson(shapeName, sample))).not.toBe(undefined);
  });

  test('is refused with the published code and the place, whichever one constraint it breaks', () => {
    const wrong = [...violationsOf(MODELS.ecr, operation)].flatMap(({ name, input, code, member }) => {
      const refusal = refusalOf(() => validateJson(shapeName, input));
      const isRight =
        refusal?.code === code && (code === 'SerializationException' || refusal.facts['member'] === member);
      return isRight ? [] : [`${name}: expected ${code} at ${member}, got ${refusal?.message ?? 'no refusal'}`];
    });

    expect(wrong).toEqual([]);
  });
});

test('all kinds of constraints of the model are among the violations', () => {
  const violations = [...violationsOf(MODELS.ecr, 'PutImage'), ...violationsOf(MODELS.ecr, 'CreateRepository')];
  const names = violations.map((it) => it.name);

  expect(names).toContain('imageManifest: missing');
  expect(names).toContain('imageManifest: too much');
  expect(names).toContain('repositoryName: not of the pattern');
  expect(names).toContain('imageTagMutability: not of the enum');
  expect(names).toContain('imageTagMutabilityExclusionFilters.1.member.filter: element too much');
  expect(names).toContain('encryptionConfiguration.encryptionType: missing');
  expect([...MODELS.ecr.operations.keys()].flatMap((it) => [...violationsOf(MODELS.ecr, it)]).length).toBeGreaterThan(
    1500,
  );
});

function validateJson(shapeName: string, json: unknown): unknown {
  return validate(MODELS.ecr, shapeName, decode(MODELS.ecr, shapeName, json));
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
