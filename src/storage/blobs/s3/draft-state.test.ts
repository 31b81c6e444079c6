import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DraftState, formatState, parseState, stateOf } from './draft-state.ts';

const crc = fc.nat({ max: 2 ** 32 - 1 });
const tail = fc.record(
  { id: fc.uuid(), size: fc.nat(), crc, sentAs: fc.string() },
  { requiredKeys: ['id', 'size', 'crc'] },
);
const parts = fc.record(
  {
    kind: fc.constant('parts' as const),
    uploadId: fc.string(),
    checked: fc.boolean(),
    parts: fc.nat({ max: 10_000 }),
    chain: fc.string(),
    tail,
    spent: fc.array(fc.uuid()),
  },
  { requiredKeys: ['kind', 'uploadId', 'checked', 'parts', 'chain'] },
);
const state: fc.Arbitrary<DraftState> = fc.oneof(
  fc.constant({ kind: 'begun' } as const),
  fc.record({ kind: fc.constant('put' as const), crc }),
  parts as fc.Arbitrary<DraftState>,
);

test('a state comes back from a row as it was', () => {
  const comesBack = fc.property(state, (written) => {
    expect(parseState(formatState(written))).toEqual(written);
  });
  fc.assert(comesBack, { numRuns: 2_000 });
});

test('what is no state, or another version’s, is refused and never guessed at', () => {
  const refused = fc.property(fc.oneof(fc.string({ minLength: 1 }), fc.json()), (text) => {
    expect(() => parseState(text)).toThrow('not the state of an S3 draft');
  });
  fc.assert(refused, { numRuns: 2_000 });
  for (const other of ['{"v":2,"crc":1}', '{"v":1,"crc":-1}', '{"v":1,"crc":1.5}', '{"v":1}', '[]', 'null']) {
    expect(() => parseState(other)).toThrow('not the state of an S3 draft');
  }
});

test('a state that does not fit the draft’s size is refused', () => {
  const text = formatState({ kind: 'parts', uploadId: 'u', checked: false, parts: 2, chain: '' });

  expect(stateOf({ key: 'k', size: 20, state: text }, 10)).toMatchObject({ parts: 2 });
  expect(() => stateOf({ key: 'k', size: 21, state: text }, 10)).toThrow('has 21 bytes, and its state 20');
});
