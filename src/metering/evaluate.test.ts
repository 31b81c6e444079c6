import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StorageClass, StoredParts, WhatChanged } from '../values/change.ts';
import { ARCHIVED_AT_LEAST_MS, type Part, takeIn } from './evaluate.ts';

const LAYERS = [100, 20, 3].map((size, i) => ({ digest: `sha256:layer-${i}`, size }));
const AT = Date.UTC(2026, 10, 28);
const DAY = 24 * 3_600_000;

/** Image `n` needs the layers that its bits name; its manifest has 1,000 bytes. */
function partsOf(n: number): StoredParts {
  return { manifestSize: 1_000, layers: LAYERS.filter((_, i) => (n & (1 << i)) !== 0) };
}

function imageOf(n: number) {
  return { digest: `sha256:image-${n}`, mediaType: 'm', artifactType: undefined, subjectDigest: undefined };
}

const pushed = (n: number): WhatChanged => ({ kind: 'image-pushed', image: imageOf(n), parts: partsOf(n), tags: [] });
const deleted = (n: number): WhatChanged => ({
  kind: 'image-deleted',
  image: imageOf(n),
  parts: partsOf(n),
  storageClass: 'STANDARD',
  tags: [],
});
const moved = (n: number, to: StorageClass): WhatChanged => ({
  kind: 'storage-class-changed',
  image: imageOf(n),
  parts: partsOf(n),
  to,
});

/** What the images store, counted from the images alone. */
function truth(images: ReadonlyMap<number, StorageClass>): Record<StorageClass, number> {
  const bytes = { STANDARD: 0, ARCHIVE: 0 };
  for (const storageClass of images.values()) bytes[storageClass] += 1_000;
  LAYERS.forEach((layer, i) => {
    const classes = [...images].filter(([n]) => (n & (1 << i)) !== 0).map(([, it]) => it);
    if (classes.includes('STANDARD')) bytes.STANDARD += layer.size;
    else if (classes.length > 0) bytes.ARCHIVE += layer.size;
  });
  return bytes;
}

test('whatever happens, and however often it is told, the levels are what the images store', () => {
  const step = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.constantFrom('push', 'delete', 'STANDARD', 'ARCHIVE'));
  const levels = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const images = new Map<number, StorageClass>();
    const parts = new Map<string, Part>();
    const bytes = { STANDARD: 0, ARCHIVE: 0 };
    for (const [n, what] of steps) {
      const change = what === 'push' ? pushed(n) : what === 'delete' ? deleted(n) : moved(n, what as StorageClass);
      if (what === 'push') images.set(n, images.get(n) ?? 'STANDARD');
      else if (what === 'delete') images.delete(n);
      else if (images.has(n)) images.set(n, what as StorageClass);
      for (const delta of [takeIn(parts, change, AT).delta, takeIn(parts, change, AT).delta]) {
        bytes.STANDARD += delta.STANDARD;
        bytes.ARCHIVE += delta.ARCHIVE;
      }
      expect(bytes).toEqual(truth(images));
    }
  });
  fc.assert(levels, { numRuns: 500 });
});

describe('the archive', () => {
  test('charges for 90 days, also for what goes before', () => {
    const parts = new Map<string, Part>();
    takeIn(parts, pushed(1), AT);
    takeIn(parts, moved(1, 'ARCHIVE'), AT);
    expect(takeIn(new Map(parts), deleted(1), AT + 30 * DAY).cutShort).toBe(BigInt(1_100) * BigInt(60 * DAY));
    expect(takeIn(new Map(parts), deleted(1), AT + ARCHIVED_AT_LEAST_MS).cutShort).toBe(0n);
    expect(takeIn(new Map(parts), { kind: 'repository-deleted' }, AT).cutShort).toBe(BigInt(1_100) * BigInt(90 * DAY));
  });

  test('keeps a layer that an active image needs out of it', () => {
    const parts = new Map<string, Part>();
    for (const n of [1, 3]) takeIn(parts, pushed(n), AT);
    expect(takeIn(parts, moved(3, 'ARCHIVE'), AT).delta).toEqual({ STANDARD: -1_020, ARCHIVE: 1_020 });
    expect(takeIn(parts, deleted(3), AT).cutShort).toBe(BigInt(1_020) * BigInt(90 * DAY));
  });

  test('counts what comes back', () => {
    const parts = new Map<string, Part>();
    takeIn(parts, pushed(7), AT);
    takeIn(parts, moved(7, 'ARCHIVE'), AT);
    expect(takeIn(parts, moved(7, 'STANDARD'), AT)).toEqual({
      delta: { STANDARD: 1_123, ARCHIVE: -1_123 },
      cutShort: 0n,
      retrieved: 1_123,
    });
  });
});
