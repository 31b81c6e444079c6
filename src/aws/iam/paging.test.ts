import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutPage } from './paging.ts';

const world = {
  secrets: { mac: (purpose: string, message: string) => createHmac('sha256', purpose).update(message).digest() },
};
const call = { world, principal: { account: '111111111111' } };
const listing = { operation: 'ListThings', filter: ['/x/'] };
const positionOf = (it: string) => it;

test('pages of whatever length hold each thing once, in order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1 })), fc.integer({ min: 1, max: 9 }), (names, MaxItems) => {
      const items = names.toSorted();
      const seen: string[] = [];
      for (let Marker: string | undefined, more = true; more; ) {
        const page = cutPage(call, listing, { Marker, MaxItems }, { items, positionOf });
        expect(page.items.length).toBeLessThanOrEqual(MaxItems);
        seen.push(...page.items);
        ({ Marker, IsTruncated: more } = { Marker: undefined, ...page.end });
      }
      expect(seen).toEqual(items);
    }),
  );
});

test('a list goes on where it was although the last thing of the page has gone', () => {
  const page = (items: string[], Marker?: string) =>
    cutPage(call, listing, { Marker, MaxItems: 2 }, { items, positionOf });
  const { end } = page(['a', 'b', 'c', 'd']);

  expect(page(['a', 'c', 'd'], end.Marker).items).toEqual(['c', 'd']);
  expect(page(['a'], end.Marker)).toEqual({ items: [], end: { IsTruncated: false } });
});

test('a marker is good for its operation, filter and account alone, in its one spelling', () => {
  const items = ['a', 'b'];
  const { Marker = '' } = cutPage(call, listing, { MaxItems: 1 }, { items, positionOf }).end;
  const going = (on: Partial<typeof listing>, marker = Marker, account = '111111111111') => {
    const other = { world, principal: { account } };
    return () => cutPage(other, { ...listing, ...on }, { Marker: marker }, { items, positionOf });
  };

  expect(going({})().items).toEqual(['b']);
  expect(going({ operation: 'ListOthers' })).toThrow('Invalid Marker');
  expect(going({ filter: ['/y/'] })).toThrow('Invalid Marker');
  expect(going({}, Marker, '222222222222')).toThrow('Invalid Marker');
  expect(going({}, `${Marker}=`)).toThrow('Invalid Marker');
  expect(going({}, 'YQ')).toThrow('Invalid Marker');
});

test('the marker of the longest name fits the model’s 320 characters', () => {
  const items = ['x'.repeat(128), 'y'];

  const { end } = cutPage(call, listing, { MaxItems: 1 }, { items, positionOf });

  expect(end.Marker?.length).toBeLessThanOrEqual(320);
});
