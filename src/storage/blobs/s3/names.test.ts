import fc from 'fast-check';
import { expect, test } from 'vitest';
import { multipartKeyOf, namesBelow } from './names.ts';

const key = fc.uuid();
const prefix = fc.constantFrom('', 'berth', 'berth/', 'one/two');

test('every name that is written is told from its key, and its key from it', () => {
  const agree = fc.property(prefix, key, fc.uuid(), (below, owner, id) => {
    const names = namesBelow(below);
    expect(names.held(names.object(owner))).toEqual({ key: owner });
    expect(names.place(owner)).toEqual({ kind: 'object', name: names.object(owner) });

    const held = names.held(names.tail(owner, id));
    expect(held?.pieceOf).toBe(owner);
    expect(names.place(held?.key ?? '')).toEqual({ kind: 'tail', name: names.tail(owner, id), owner });
    expect(names.tail(owner, id).startsWith(names.tailsOf(owner))).toBe(true);

    expect(names.place(multipartKeyOf(owner))).toEqual({ kind: 'multipart', name: names.object(owner), owner });
  });
  fc.assert(agree);
});

test('no key names anything outside of the prefix, whatever it looks like', () => {
  const awkward = fc.string({ unit: fc.constantFrom('.', '/', '-', 'a', 'tail-', 'multipart-of-', '\0', 'Z') });
  const contained = fc.property(fc.oneof(awkward, fc.string()), (asked) => {
    const names = namesBelow('berth');
    try {
      expect(names.place(asked).name).toMatch(/^berth\/(tails\/[a-z0-9-]+\/)?[a-z0-9-]+$/);
    } catch (error) {
      expect(String(error)).toContain('not an object key');
    }
  });
  fc.assert(contained, { numRuns: 3_000 });
});

test('what is not ours is not held: other prefixes, deeper names, the owner’s mark', () => {
  const names = namesBelow('berth');

  const held = ['other/key', 'berth', 'berth/a/b', 'berth/UPPER', 'berth/tails/a/b', names.owner, 'berth/'];
  expect(held.map((name) => names.held(name))).toEqual(held.map(() => undefined));
});
