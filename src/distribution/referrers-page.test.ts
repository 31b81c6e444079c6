import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Referrer } from '../registry/referrers.ts';
import { pageOfReferrers } from './referrers-page.ts';

const MEBIBYTE = 1024 * 1024;

function aReferrer(index: number, noteLength: number): Referrer {
  const digest = `sha256:${String(index).padStart(64, '0')}`;
  const annotations = { note: 'x'.repeat(noteLength) };
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  return { digest, mediaType, size: 1, artifactType: 'a/b', annotations, status: 'ACTIVE' };
}

/** Lists as the registry does; `read` counts the bytes of notes that were asked for at once. */
function listOf(all: readonly Referrer[]) {
  const asked: number[] = [];
  const list = async (after: string | undefined, limit: number) => {
    const rest = all.filter((it) => after === undefined || it.digest > after);
    const referrers = rest.slice(0, limit);
    const last = referrers.at(-1);
    asked.push(referrers.reduce((sum, it) => sum + (it.annotations?.['note']?.length ?? 0), 0));
    return { referrers, ...(rest.length > limit && last && { next: last.digest }) };
  };
  return { list, asked };
}

async function pagesOf(list: ReturnType<typeof listOf>['list'], limit: number) {
  const pages = [];
  let after: string | undefined;
  do {
    const page = await pageOfReferrers(list, after, limit);
    pages.push(page.descriptors);
    after = page.next;
  } while (after !== undefined);
  return pages;
}

test('following the pages gives every referrer once, in order, none too long and none empty', async () => {
  const complete = fc.asyncProperty(
    fc.array(fc.constantFrom(10, 1_000, MEBIBYTE), { maxLength: 40 }),
    fc.integer({ min: 1, max: 50 }),
    async (lengths, limit) => {
      const all = lengths.map((length, index) => aReferrer(index, length));
      const pages = await pagesOf(listOf(all).list, limit);

      expect(pages.flat().map((it) => it.digest)).toEqual(all.map((it) => it.digest));
      for (const page of pages) {
        expect(page.length).toBeLessThanOrEqual(limit);
        expect(page.length > 0 || all.length === 0).toBe(true);
        expect(Buffer.byteLength(JSON.stringify(page)) <= 4 * MEBIBYTE + 1_000 || page.length === 1).toBe(true);
      }
    },
  );
  await fc.assert(complete, { numRuns: 60 });
});

test('of small ones a page of a thousand is one page, read in few steps', async () => {
  const { list, asked } = listOf(Array.from({ length: 1_000 }, (_, index) => aReferrer(index, 10)));

  const page = await pageOfReferrers(list, undefined, 1_000);

  expect(page.descriptors).toHaveLength(1_000);
  expect(page.next).toBeUndefined();
  expect(asked.length).toBeLessThan(10);
});

test('of large ones no more are held at once than the first step', async () => {
  const { list, asked } = listOf(Array.from({ length: 100 }, (_, index) => aReferrer(index, 3 * MEBIBYTE)));

  const page = await pageOfReferrers(list, undefined, 1_000);

  expect(page.descriptors).toHaveLength(1);
  expect(Math.max(...asked)).toBeLessThanOrEqual(8 * 3 * MEBIBYTE);
});
