import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

test('docs/security.md names tests that there are', async () => {
  const page = await readFile(join(root, 'docs/security.md'), 'utf8');
  const paths = [...page.matchAll(/`((?:src|test)\/[^`]+\.ts)`/g)].flatMap(([, path]) => path ?? []);
  const rows = page.split('\n').filter((it) => it.startsWith('| ') && !it.startsWith('| what goes wrong'));

  expect(rows.filter((it) => !/`(?:src|test)\/[^`]+\.ts` \|$/.test(it))).toEqual([]);
  for (const path of paths) expect((await stat(join(root, path))).isFile(), path).toBe(true);
  expect(rows.length).toBeGreaterThan(30);
});
