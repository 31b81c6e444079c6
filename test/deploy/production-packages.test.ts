import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type LockedPackages, productionPackages } from '../../deploy/image/production-packages.ts';

test('a package is found where Node.js would look: beside the one that asks, then further out', () => {
  const packages: LockedPackages = {
    '': { dependencies: { a: '1', b: '1' } },
    'node_modules/a': { dependencies: { b: '2', c: '1' } },
    'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
    'node_modules/b': {},
    'node_modules/c': { dependencies: { a: '1' } },
    'node_modules/unused': {},
  };

  expect(productionPackages(packages)).toEqual([
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/b',
    'node_modules/c',
  ]);
});

test('peers count unless they are optional, and what is without goes with all that only it needs', () => {
  const packages: LockedPackages = {
    '': { dependencies: { a: '1', installer: '1' } },
    'node_modules/a': {
      peerDependencies: { peer: '1', luxury: '1' },
      peerDependenciesMeta: { luxury: { optional: true } },
    },
    'node_modules/peer': {},
    'node_modules/luxury': {},
    'node_modules/installer': { dependencies: { fetcher: '1' } },
    'node_modules/fetcher': {},
  };

  expect(productionPackages(packages, ['installer'])).toEqual(['node_modules/a', 'node_modules/peer']);
});

test('a package that the lock file lacks is told with who needs it', () => {
  const packages: LockedPackages = { '': { dependencies: { a: '1' } }, 'node_modules/a': { dependencies: { b: '1' } } };

  expect(() => productionPackages(packages)).toThrow('node_modules/a needs b, which package-lock.json does not have.');
});

test("of the checkout's own lock file nothing is taken that only developers need", () => {
  const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));

  const found = productionPackages(lock.packages);

  expect(found).toContain('node_modules/pg');
  expect(found.filter((it) => lock.packages[it].dev || lock.packages[it].devOptional)).toEqual([]);
});
