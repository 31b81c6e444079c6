import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemIds as ids } from '../ids.ts';
import { fileBlobStore } from '../storage/blobs/files.ts';
import type { Metadata } from '../storage/metadata/port.ts';
import { openSqlite } from '../storage/metadata/sqlite.ts';
import { CannotStart } from './cannot-start.ts';
import { settleIdentity } from './identity.ts';
import { secretsOf } from './secrets.ts';

const KEY = Buffer.alloc(32, 1);

let folder: string;
let metadata: Metadata;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-identity-'));
  metadata = await openSqlite(join(folder, 'berth.db'));
});
afterEach(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

const settle = (key = KEY, layers = 'blobs', as: 'owner' | 'guest' = 'owner') =>
  settleIdentity({ metadata, blobs: fileBlobStore(join(folder, layers)), secrets: secretsOf(key, ids), ids }, { as });

async function anotherInstallation(layers: string): Promise<void> {
  const other = await openSqlite(join(folder, 'other.db'));
  const blobs = fileBlobStore(join(folder, layers));
  await settleIdentity({ metadata: other, blobs, secrets: secretsOf(KEY, ids), ids }, { as: 'owner' });
  await other.close();
}

test('an installation has one id for good, however many start at once', async () => {
  const drawn = await Promise.all([settle(), settle(), settle()]);

  expect(new Set([...drawn, await settle()]).size).toBe(1);
});

test('a root key that is not the one of the database is refused', async () => {
  await settle();

  const refused = settle(Buffer.alloc(32, 2));

  await expect(refused).rejects.toBeInstanceOf(CannotStart);
  await expect(refused).rejects.toThrow('Give every node the same BERTH_ROOT_KEY');
});

test('layers of another installation are refused', async () => {
  await settle();
  await anotherInstallation('theirs');

  await expect(settle(KEY, 'theirs')).rejects.toThrow(/belong to installation .*, and the database is that of/);
});

test('a guest settles nothing, and finds what was settled', async () => {
  await expect(settle(KEY, 'blobs', 'guest')).rejects.toThrow('No Berth has been started on this database yet');

  const id = await settle();

  expect(await settle(KEY, 'blobs', 'guest')).toBe(id);
});
