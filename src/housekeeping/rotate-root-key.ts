import { rm } from 'node:fs/promises';
import type { DataFolder } from '../installation/data-folder.ts';
import { previousKeysFile, readPrevious } from '../installation/root-key.ts';
import { SYSTEM_KEY_CONTEXT } from '../installation/system-key.ts';
import { wrapContext } from '../kms/kept-material.ts';
import { findFact, putFact } from '../storage/metadata/installation.ts';
import { putWrapped, versionsAfter } from '../storage/metadata/kms-keys.ts';
import type { World } from '../world.ts';

const SOME = 100;
const START = { keyId: '', version: 0 };

type Wrapping = Pick<World, 'metadata' | 'rootKey'>;

export interface RotateReport {
  /** Keys that were wrapped by another root key, and are wrapped by the first one now. */
  readonly rewrapped: number;
  /** Keys that there are. */
  readonly keys: number;
}

/**
 * Wraps all keys in the database with the first root key. What they have sealed stays as it is, so that this takes as long
 * for any number of images. Servers may run beside it, and it can be cut off anywhere and called again: a key is wrapped
 * by one root key or by the other, and all of them unwrap.
 *
 * @throws when a root key that wrapped one of them is not here
 */
export async function rotateRootKey(world: Wrapping): Promise<RotateReport> {
  let rewrapped = 0;
  for (;;) {
    const pass = await rewrapAll(world);
    rewrapped += pass.rewrapped;
    // A server may have made a key meanwhile, with what was the first root key to it.
    if (pass.rewrapped === 0) return { rewrapped, keys: pass.keys };
  }
}

/** Whether the first root key has wrapped all keys, so that nobody needs those of before. */
async function isRotated({ metadata, rootKey }: Wrapping): Promise<boolean> {
  const wrapped = await metadata.read((tx) => findFact(tx, 'system-key'));
  if (wrapped !== undefined && !rootKey.isCurrent(Buffer.from(wrapped, 'base64'))) return false;
  for await (const page of pagesOf(metadata)) {
    if (page.some((it) => !rootKey.isCurrent(Buffer.from(it.wrapped)))) return false;
  }
  return true;
}

/** Removes the root keys of before from the data folder, once they have wrapped nothing that there is. */
export async function forgetPreviousKeys(world: Wrapping, folder: DataFolder): Promise<void> {
  if ((await readPrevious(folder)).length === 0 || !(await isRotated(world))) return;
  await rm(previousKeysFile(folder), { force: true });
}

async function rewrapAll({ metadata, rootKey }: Wrapping): Promise<RotateReport> {
  let rewrapped = 0;
  let keys = 1;
  const system = Buffer.from((await metadata.read((tx) => findFact(tx, 'system-key'))) ?? '', 'base64');
  if (!rootKey.isCurrent(system)) {
    const wrapped = await again(rootKey, system, SYSTEM_KEY_CONTEXT);
    await metadata.write((tx) => putFact(tx, 'system-key', wrapped.toString('base64')));
    rewrapped += 1;
  }
  for await (const page of pagesOf(metadata)) {
    keys += page.length;
    for (const { key_id, version, wrapped } of page) {
      const before = Buffer.from(wrapped);
      if (rootKey.isCurrent(before)) continue;
      const after = await again(rootKey, before, wrapContext({ keyId: key_id, version }));
      await metadata.write((tx) => putWrapped(tx, { key_id, version, wrapped: after }));
      rewrapped += 1;
    }
  }
  return { rewrapped, keys };
}

async function again(rootKey: World['rootKey'], wrapped: Buffer, context: string): Promise<Buffer> {
  const key = await rootKey.unwrap(wrapped, context);
  const after = await rootKey.wrap(key, context);
  key.fill(0);
  return after;
}

async function* pagesOf(metadata: World['metadata']) {
  for (let after = START; ; ) {
    const page = await metadata.read((tx) => versionsAfter(tx, after, SOME));
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = { keyId: last.key_id, version: last.version };
  }
}
