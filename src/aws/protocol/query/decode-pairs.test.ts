import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pairsOf } from '../../../../test/aws/pairs.ts';
import { type Model, shapeOf } from '../../model/model.ts';
import { MODELS } from '../../model/models.ts';
import { decodePairs } from './decode-pairs.ts';

function decode(shapeName: string, pairs: Readonly<Record<string, string>>, model: Model = MODELS.iam): unknown {
  return decodePairs(model, shapeName, new Map(Object.entries(pairs)));
}

describe('the input in parameters', () => {
  test('has lists of structures, of texts and of lists', () => {
    const entries = 'ContextEntries.member.1.ContextKey';

    expect(decode('TagUserRequest', { UserName: 'a', 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': '' })).toEqual({
      UserName: 'a',
      Tags: [{ Key: 'k', Value: '' }],
    });
    expect(
      decode('SimulateCustomPolicyRequest', {
        'ActionNames.member.1': 'ecr:PutImage',
        [`${entries}Name`]: 'aws:userid',
        [`${entries}Values.member.2`]: 'b',
        [`${entries}Values.member.1`]: 'a',
      }),
    ).toEqual({
      ActionNames: ['ecr:PutImage'],
      ContextEntries: [{ ContextKeyName: 'aws:userid', ContextKeyValues: ['a', 'b'] }],
    });
    expect(decode('AssumeRoleRequest', { 'PolicyArns.member.1.arn': 'arn:x' }, MODELS.sts)).toEqual({
      PolicyArns: [{ arn: 'arn:x' }],
    });
  });

  test('has its list in the order of the indexes, of which some may be left out', () => {
    const keys = { 'TagKeys.member.10': 'c', 'TagKeys.member.2': 'b', 'TagKeys.member.1': 'a' };

    expect(decode('UntagUserRequest', keys)).toEqual({ TagKeys: ['a', 'b', 'c'] });
  });

  test('has an empty list where the list is named alone', () => {
    expect(decode('CreateOpenIDConnectProviderRequest', { Url: 'https://x', ClientIDList: '' })).toEqual({
      Url: 'https://x',
      ClientIDList: [],
    });
  });

  test('has numbers and booleans', () => {
    expect(
      decode('UpdateAccountPasswordPolicyRequest', {
        MinimumPasswordLength: '12',
        RequireSymbols: 'true',
        HardExpiry: 'false',
      }),
    ).toEqual({ MinimumPasswordLength: 12, RequireSymbols: true, HardExpiry: false });
  });

  test('is without what the shape does not have, whatever its depth or name', () => {
    const unknown = {
      username: 'b',
      __proto__x: 'c',
      'UserName.x': 'd',
      'a.b.c.d.e.f.g.h': 'e',
      'constructor.prototype': 'f',
    };

    expect(decode('GetUserRequest', { UserName: 'a', ...unknown })).toEqual({ UserName: 'a' });
  });

  test.each([
    ['a list that is a text', 'UntagUserRequest', { TagKeys: 'a' }, 'MalformedInput'],
    ['a structure that is a text', 'TagUserRequest', { 'Tags.member.1': 'a' }, 'MalformedInput'],
    ['a text that has members only', 'GetUserRequest', { 'UserName.member.1': 'a' }, 'MalformedInput'],
    ['a boolean that is none', 'UpdateAccountPasswordPolicyRequest', { HardExpiry: 'TRUE' }, 'MalformedInput'],
    ['a number that is none', 'ListUsersRequest', { MaxItems: '1e3' }, 'MalformedInput'],
    ['a number too large for its type', 'ListUsersRequest', { MaxItems: '9999999999' }, 'MalformedInput'],
    ['the index 0', 'UntagUserRequest', { 'TagKeys.member.0': 'a' }, 'InvalidQueryParameter'],
    ['an index that is no number', 'UntagUserRequest', { 'TagKeys.member.x': 'a' }, 'InvalidQueryParameter'],
    ['an index with a zero before it', 'UntagUserRequest', { 'TagKeys.member.01': 'a' }, 'InvalidQueryParameter'],
    ['the index 1001', 'UntagUserRequest', { 'TagKeys.member.1001': 'a' }, 'InvalidQueryParameter'],
  ])('is refused with %s', (_, shapeName, pairs, code) => {
    const jsonCode = code === 'MalformedInput' ? 'SerializationException' : code;

    expect(() => decode(shapeName, pairs)).toThrow(expect.objectContaining({ code: jsonCode }));
  });

  test('may have the index 1000', () => {
    expect(decode('UntagUserRequest', { 'TagKeys.member.1000': 'a' })).toEqual({ TagKeys: ['a'] });
  });

  test('is what was written, for every shape of an input', () => {
    const inputs = [MODELS.iam, MODELS.sts].flatMap((model) =>
      [...model.operations.values()].flatMap(({ input }) => (input === undefined ? [] : [[model, input] as const])),
    );
    const written = fc
      .constantFrom(...inputs)
      .chain(([model, shapeName]) => fc.tuple(fc.constant(model), fc.constant(shapeName), anyOf(model, shapeName)));
    const roundTrip = fc.property(written, ([model, shapeName, input]) => {
      expect(decodePairs(model, shapeName, new Map(pairsOf(input)))).toEqual(input);
    });
    fc.assert(roundTrip, { numRuns: 2_000 });
  });

  test('of any names is read or refused, and never ends in another way', () => {
    const part = fc.constantFrom('Tags', 'member', '1', '2', 'Key', 'Value', 'UserName', '', '0', '__proto__', 'entry');
    const name = fc.array(part, { minLength: 1, maxLength: 8 }).map((it) => it.join('.'));
    const fuzz = fc.property(fc.dictionary(name, fc.string(), { noNullPrototype: true }), (pairs) => {
      try {
        expect(decode('TagUserRequest', pairs)).toBeTypeOf('object');
      } catch (error) {
        expect(['SerializationException', 'InvalidQueryParameter']).toContain((error as { code?: string }).code);
      }
    });
    fc.assert(fuzz, { numRuns: 3_000 });
  });
});

/** Any value of a shape; its constraints are not kept. */
function anyOf(model: Model, shapeName: string): fc.Arbitrary<unknown> {
  const shape = shapeOf(model, shapeName);
  switch (shape.type) {
    case 'structure': {
      const members = Object.entries(shape.members).map(([name, target]) => [name, anyOf(model, target)] as const);
      // A structure without members cannot be written down.
      const required = members.slice(0, 1).map(([name]) => name);
      return fc.record(Object.fromEntries(members), { requiredKeys: required, noNullPrototype: true });
    }
    case 'list':
      return fc.array(anyOf(model, shape.element), { maxLength: 12 });
    case 'string':
      return fc.string();
    case 'boolean':
      return fc.boolean();
    case 'timestamp':
      return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') });
    default:
      return fc.integer();
  }
}
