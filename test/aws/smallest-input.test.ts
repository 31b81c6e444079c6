import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ECR_OPERATIONS } from '../../src/aws/ecr/operations.ts';
import { type Model, shapeOf } from '../../src/aws/model/model.ts';
import { MODELS } from '../../src/aws/model/models.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { call } from './call.ts';
import { matches, sampleOf } from './samples.ts';

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth();
  await berth.createRepository('sample');
});
afterAll(() => berth.stop());

/** What the sample cannot be for those whose smallest valid input would be refused before anything is done. */
const INPUT: Readonly<Record<string, object>> = {
  CreateRepository: { repositoryName: 'made' },
  CreatePullThroughCacheRule: { upstreamRegistryUrl: 'quay.io' },
  TagResource: { resourceArn: 'arn:aws:ecr:us-east-1:123456789012:repository/sample' },
  UntagResource: { resourceArn: 'arn:aws:ecr:us-east-1:123456789012:repository/sample' },
  ListTagsForResource: { resourceArn: 'arn:aws:ecr:us-east-1:123456789012:repository/sample' },
  PutAccountSetting: { name: 'BLOB_MOUNTING', value: 'ENABLED' },
  GetAccountSetting: { name: 'BLOB_MOUNTING' },
  PutReplicationConfiguration: { replicationConfiguration: { rules: [] } },
  // Whatever comes behind it finds its repository.
  DeleteRepository: { repositoryName: 'made' },
};

describe.each(ECR_OPERATIONS.map((it) => it.name))('%s', (operation) => {
  test('answers its smallest valid input with what the model publishes', async () => {
    const model = MODELS.ecr;
    const { input, output, errors = [] } = model.operations.get(operation) ?? {};
    const sample = input === undefined ? {} : sampleOf(model, input);
    const body = { ...(sample as object), ...INPUT[operation] };

    const { status, json, text } = await call(berth, operation, { body });

    if (status === 200) {
      expect(faultsOf(model, output ?? '', json, operation)).toEqual([]);
    } else {
      expect([status, text]).toEqual([400, expect.any(String)]);
      expect(errors, text).toContain(json['__type']);
      expect(faultsOf(model, String(json['__type']), withoutType(json), 'error')).toEqual([]);
    }
  });
});

function withoutType({ __type: _, ...members }: Readonly<Record<string, unknown>>): object {
  return members;
}

/** What an answer has that its shape does not, or in another form. */
function faultsOf(model: Model, shapeName: string, value: unknown, place: string): string[] {
  const shape = shapeOf(model, shapeName);
  switch (shape.type) {
    case 'structure': {
      if (typeof value !== 'object' || value === null) return [`${place} is no structure`];
      const missing = shape.required.filter((it) => !Object.hasOwn(value, it)).map((it) => `${place}.${it} is missing`);
      const members = Object.entries(value).flatMap(([member, given]) => {
        const type = shape.members[member];
        return type === undefined
          ? [`${place}.${member} is not published`]
          : faultsOf(model, type, given, `${place}.${member}`);
      });
      return [...missing, ...members];
    }
    case 'list':
      if (!Array.isArray(value)) return [`${place} is no list`];
      return value.flatMap((it, at) => faultsOf(model, shape.element, it, `${place}.${at}`));
    case 'map':
      return typeof value === 'object' && value !== null ? [] : [`${place} is no map`];
    case 'string':
      if (typeof value !== 'string') return [`${place} is no text`];
      if (shape.enum && !shape.enum.includes(value)) return [`${place} is none of the enum: ${value}`];
      return matches(shape, value) ? [] : [`${place} does not match ${shape.pattern}: ${value}`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${place} is no boolean`];
    case 'blob':
      return typeof value === 'string' ? [] : [`${place} is no blob`];
    default:
      return typeof value === 'number' ? [] : [`${place} is no number`];
  }
}
