import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DescribeRepositoriesRequest, PutImageRequest, UploadLayerPartRequest } from '../model/ecr.ts';
import { loadModel, type Model } from '../model/model.ts';
import { MODELS } from '../model/models.ts';
import { decode } from './decode.ts';
import { validate as validateDecoded } from './validate.ts';

/** What becomes of a JSON body. */
function validate<Input>(model: Model, shapeName: string, json: unknown): Input {
  return validateDecoded<Input>(model, shapeName, decode(model, shapeName, json));
}

const image = { repositoryName: 'app', imageManifest: '{}' };
const part = {
  repositoryName: 'app',
  uploadId: '00000000-0000-4000-8000-000000000000',
  partFirstByte: 0,
  partLastByte: 0,
};

describe('a violated constraint is answered in the words of ECR', () => {
  test.each([
    ['a missing member', 'PutImageRequest', { imageManifest: '{}' }, 'repositoryName', 'Member must not be null'],
    [
      'a member that is null',
      'PutImageRequest',
      { ...image, imageManifest: null },
      'imageManifest',
      'Member must not be null',
    ],
    [
      'a text that is too short',
      'PutLifecyclePolicyRequest',
      { repositoryName: 'app', lifecyclePolicyText: '{}' },
      'lifecyclePolicyText',
      'Member must have length greater than or equal to 100',
    ],
    [
      'a list that is too long',
      'BatchGetImageRequest',
      { repositoryName: 'app', imageIds: Array(101).fill({ imageTag: 'v1' }) },
      'imageIds',
      'Member must have length less than or equal to 100',
    ],
    [
      'a number that is too large',
      'DescribeRepositoriesRequest',
      { maxResults: 1001 },
      'maxResults',
      'Member must have value less than or equal to 1000',
    ],
    [
      'a number that is too small',
      'DescribeRepositoriesRequest',
      { maxResults: 0 },
      'maxResults',
      'Member must have value greater than or equal to 1',
    ],
    [
      'a text that is not of its pattern',
      'InitiateLayerUploadRequest',
      { repositoryName: 'App' },
      'repositoryName',
      "must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'",
    ],
    [
      'a registry id',
      'PutImageRequest',
      { ...image, registryId: '1234' },
      'registryId',
      'must satisfy regular expression [0-9]{12}',
    ],
    [
      'an upload id',
      'CompleteLayerUploadRequest',
      { repositoryName: 'app', uploadId: 'mine', layerDigests: ['sha256:00'] },
      'uploadId',
      'Member must satisfy regular expression pattern: [0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}',
    ],
    [
      'a registry id in a list',
      'GetAuthorizationTokenRequest',
      { registryIds: ['123456789012', '12'] },
      'registryIds',
      'Member must satisfy constraint: [Member must satisfy regular expression pattern: [0-9]{12}]',
    ],
    [
      'an element with several constraints',
      'BatchCheckLayerAvailabilityRequest',
      { repositoryName: 'app', layerDigests: ['x'.repeat(1001)] },
      'layerDigests',
      'Member must satisfy constraint: [Member must have length less than or equal to 1000, Member must have length greater than or equal to 0]',
    ],
    [
      'an enum',
      'PutImageTagMutabilityRequest',
      { repositoryName: 'app', imageTagMutability: 'mutable' },
      'imageTagMutability',
      'Member must satisfy enum value set: [MUTABLE, IMMUTABLE, IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION]',
    ],
    [
      'a member of an element',
      'BatchGetImageRequest',
      { repositoryName: 'app', imageIds: [{ imageTag: 'v1' }, { imageTag: '' }] },
      'imageIds.2.member.imageTag',
      'Member must have length greater than or equal to 1',
    ],
    [
      'a required member of an optional one',
      'CreateRepositoryRequest',
      { repositoryName: 'app', encryptionConfiguration: {} },
      'encryptionConfiguration.encryptionType',
      'Member must not be null',
    ],
    [
      'a null among texts',
      'UntagResourceRequest',
      { resourceArn: 'arn', tagKeys: ['a', null] },
      'tagKeys',
      'Member must satisfy constraint: [Member must not be null]',
    ],
    [
      'a null among structures',
      'BatchGetImageRequest',
      { repositoryName: 'app', imageIds: [null] },
      'imageIds.1.member',
      'Member must not be null',
    ],
  ])('%s', (_, shapeName, input, member, constraint) => {
    const refusal = expect.objectContaining({
      code: 'InvalidParameterException',
      status: 400,
      message: `Invalid parameter at '${member}' failed to satisfy constraint: '${constraint}'`,
    });

    expect(() => validate(MODELS.ecr, shapeName, input)).toThrow(refusal);
  });
});

describe('of several violations one is answered', () => {
  test('a null before any other, however late and deep it stands', () => {
    const input = { repositoryName: '!', encryptionConfiguration: {} };

    expect(() => validate(MODELS.ecr, 'CreateRepositoryRequest', input)).toThrow(
      /'encryptionConfiguration\.encryptionType'/,
    );
  });

  test('then the first in the order of the model, not of the input', () => {
    const input = { imageTag: '', repositoryName: '!', registryId: 'x', imageManifest: '' };

    expect(() => validate(MODELS.ecr, 'PutImageRequest', input)).toThrow(/'registryId'/);
  });

  test('a wrong JSON type before all of them', () => {
    const input = { repositoryName: '!', imageTag: 7 };

    expect(() => validate(MODELS.ecr, 'PutImageRequest', input)).toThrow(
      expect.objectContaining({
        code: 'SerializationException',
        message: 'NUMBER_VALUE can not be converted to a String',
      }),
    );
  });
});

describe('a wrong JSON type is answered in the words of the services', () => {
  test.each([
    [{ maxResults: '7' }, 'STRING_VALUE can not be converted to an Integer'],
    [{ maxResults: 7.5 }, 'NUMBER_VALUE can not be converted to an Integer'],
    [{ maxResults: 2 ** 31 }, 'NUMBER_VALUE can not be converted to an Integer'],
    [{ nextToken: true }, 'TRUE_VALUE can not be converted to a String'],
    [{ nextToken: {} }, 'Start of structure or map found where not expected.'],
    [{ nextToken: ['x'] }, 'Start of list found where not expected.'],
    [{ repositoryNames: {} }, 'Start of structure or map found where not expected.'],
    [{ repositoryNames: 'app' }, 'Start of list expected, STRING_VALUE found.'],
    [[], 'Start of list found where not expected.'],
    [null, 'Start of structure or map expected, NULL_VALUE found.'],
    ['text', 'Start of structure or map expected, STRING_VALUE found.'],
  ])('%j', (input, message) => {
    expect(() => validate(MODELS.ecr, 'DescribeRepositoriesRequest', input)).toThrow(
      expect.objectContaining({ code: 'SerializationException', message }),
    );
  });
});

describe('what is accepted', () => {
  test('comes without the members that are unknown, null or inherited', () => {
    const input = JSON.parse('{"maxResults":5,"nextToken":null,"later":{},"__proto__":{"registryId":"123456789012"}}');

    expect(validate<DescribeRepositoriesRequest>(MODELS.ecr, 'DescribeRepositoriesRequest', input)).toEqual({
      maxResults: 5,
    });
  });

  test('is the same names as the published pattern has, two underscores and many dashes among them', () => {
    const name = 'a.b_c__d---e/f0/0';

    expect(
      validate<PutImageRequest>(MODELS.ecr, 'PutImageRequest', { ...image, repositoryName: name }).repositoryName,
    ).toBe(name);
  });

  test('may have as many code points as the model says, each of two units', () => {
    const tags = (length: number) => ({ ...image, imageTag: '\u{1f433}'.repeat(length) });

    expect(validate<PutImageRequest>(MODELS.ecr, 'PutImageRequest', tags(300)).imageTag).toHaveLength(600);
    expect(() => validate(MODELS.ecr, 'PutImageRequest', tags(301))).toThrow(/less than or equal to 300/);
  });

  test('is any bytes in base64, and they are given back', () => {
    const roundTrip = fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      const layerPartBlob = Buffer.from(bytes).toString('base64');
      const input = validate<UploadLayerPartRequest>(MODELS.ecr, 'UploadLayerPartRequest', { ...part, layerPartBlob });
      expect(Buffer.from(input.layerPartBlob)).toEqual(Buffer.from(bytes));
    });
    fc.assert(roundTrip);
  });

  test.each([1, 1000])('is a number at its bound, %d', (maxResults) => {
    expect(validate(MODELS.ecr, 'DescribeRepositoriesRequest', { maxResults })).toEqual({ maxResults });
  });

  test('is base64 and nothing else', () => {
    const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
    const text = fc.string({ unit: fc.constantFrom('A', 'z', '/', '+', '=', '-', '_', ' ', '\n', 'é'), maxLength: 9 });
    const agrees = fc.property(text, (layerPartBlob) => {
      const decoded = () => validate(MODELS.ecr, 'UploadLayerPartRequest', { ...part, layerPartBlob });
      if (BASE64.test(layerPartBlob)) expect(decoded).not.toThrow();
      else expect(decoded).toThrow(expect.objectContaining({ code: 'SerializationException' }));
    });
    fc.assert(agrees, { numRuns: 5_000 });
  });

  test('is a layer part of 20 MiB, counted in bytes and not in letters, and not one byte more', () => {
    const blob = (size: number) => ({ ...part, layerPartBlob: Buffer.alloc(size).toString('base64') });

    const input = validate<UploadLayerPartRequest>(MODELS.ecr, 'UploadLayerPartRequest', blob(20_971_520));

    expect(input.layerPartBlob).toHaveLength(20_971_520);
    expect(() => validate(MODELS.ecr, 'UploadLayerPartRequest', blob(20_971_521))).toThrow(/'layerPartBlob'.*20971520/);
  });
});

test('maps keep any key, and what is wrong with a key or a value is said of the map', () => {
  const shapes = {
    Input: { type: 'structure', members: { tags: 'Tags' } },
    Tags: { type: 'map', key: 'Key', value: 'Value' },
    Key: { type: 'string', max: 9 },
    Value: { type: 'string', pattern: '[a-z]*' },
  };
  const source = { apiVersion: '2026-01-01' };
  const facts = { source, serviceId: 'Maps', signingName: 'maps', protocol: 'json', operations: {}, shapes };
  const model = loadModel(facts);
  const tags = JSON.parse('{"tags":{"__proto__":"x","b":"y"}}');

  expect(JSON.stringify(validate(model, 'Input', tags))).toBe('{"tags":{"__proto__":"x","b":"y"}}');
  expect(() => validate(model, 'Input', { tags: { a: 'A' } })).toThrow(
    "at 'tags' failed to satisfy constraint: Map value must satisfy constraint: [Member must satisfy regular expression pattern: [a-z]*]",
  );
  expect(() => validate(model, 'Input', { tags: { 'much too long': 'a' } })).toThrow(/'tags' .* Map keys must satisfy/);
});

describe('a violated constraint is answered by other services in the words of all of them', () => {
  const refusal = (message: string) => expect.objectContaining({ code: 'ValidationException', message });

  test('with what stands there, and its place in lower case', () => {
    expect(() =>
      validate(MODELS.iam, 'CreateUserRequest', { UserName: 'a b', Tags: [{ Key: 'k', Value: 'v' }] }),
    ).toThrow(
      refusal(
        "1 validation error detected: Value 'a b' at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
      ),
    );
  });

  test('each of them, and those before the others where something is missing', () => {
    const input = { Path: 'x', UserName: 'a', Tags: [{ Key: 'k' }, { Key: '', Value: 'v' }] };

    expect(() => validate(MODELS.iam, 'CreateUserRequest', input)).toThrow(
      refusal(
        "3 validation errors detected: Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null; Value 'x' at 'path' failed to satisfy constraint: Member must satisfy regular expression pattern: (\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F); Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1",
      ),
    );
  });

  test('a list as a list, but no more of a value than can be read', () => {
    const tagKeys = { UserName: 'a', TagKeys: ['k', ''] };

    expect(() => validate(MODELS.iam, 'UntagUserRequest', tagKeys)).toThrow(
      /^1 validation .* Value '\[k, \]' at 'tagKeys'/,
    );
    expect(() => validate(MODELS.iam, 'GetUserRequest', { UserName: 'a'.repeat(5_000) })).toThrow(
      new RegExp(`Value '${'a'.repeat(1_024)}\\.\\.\\.' at 'userName'`),
    );
  });

  test('but never with a secret, nor with a thousand sentences', () => {
    const login = { UserName: 'a', Password: 'hush'.repeat(33) };
    const many = { UserName: 'a', TagKeys: [], Tags: Array.from({ length: 50 }, () => ({})) };

    expect(() => validate(MODELS.iam, 'CreateLoginProfileRequest', login)).toThrow(/Value '\*\*\*' at 'password'/);
    expect(() => validate(MODELS.iam, 'TagUserRequest', many)).toThrow(
      /^100 validation errors detected: (?:Value [^;]*(?:; )?){10}$/,
    );
  });
});
