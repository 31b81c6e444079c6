import { dirname, relative, sep } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeOf } from './file-layout.ts';

const ROOT = '/data/blobs';

test('a key is refused or lies exactly three names below the root', () => {
  const awkward = fc.string({ unit: fc.constantFrom('.', '/', '\\', '\0', 'a', '-', 'Z', '\n', 'é') });

  const contained = fc.property(fc.oneof(awkward, fc.string(), fc.uuid()), (key) => {
    const place = placed(key);
    if (!place) return;
    expect(relative(ROOT, place.file).split(sep)).toEqual([
      expect.stringMatching(/^[0-9a-f]{2}$/),
      expect.stringMatching(/^[0-9a-f]{2}$/),
      key,
    ]);
    expect(dirname(place.file)).toBe(place.directories[2]);
  });
  fc.assert(contained, { numRuns: 5000 });
});

test('ids are keys; names that could lead elsewhere, or are too long for a file, are not', () => {
  expect(placed('0190a4f2-7c3e-7000-8000-000000000001')).toBeDefined();

  const refused = ['', '.', '..', '../a', 'a/b', 'a\\b', 'A', 'a.b', 'a\n', 'nul\0', 'a'.repeat(201)];
  expect(refused.filter((key) => placed(key))).toEqual([]);
});

test('the place of a key never changes: objects must be found by later versions', () => {
  expect(placed('0190a4f2-7c3e-7000-8000-000000000001')?.file).toBe(
    '/data/blobs/26/4f/0190a4f2-7c3e-7000-8000-000000000001',
  );
});

function placed(key: string): ReturnType<typeof placeOf> | undefined {
  try {
    return placeOf(ROOT, key);
  } catch {
    return undefined;
  }
}
