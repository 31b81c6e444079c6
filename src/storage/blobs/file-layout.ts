import { createHash } from 'node:crypto';
import { join } from 'node:path';

const KEY = /^[a-z0-9-]{1,200}$/;
const FAN_OUT = /^[0-9a-f]{2}$/;

/** Where an object lies: `directories` from the root downwards, each inside the one before, then the file itself. */
export interface Place {
  readonly directories: readonly [string, string, string];
  readonly file: string;
}

/**
 * The place of `key` below `root`: two levels of 256 directories, chosen by a hash of the key, so that a directory
 * stays small whatever keys look like.
 *
 * @throws when `key` holds anything but lower-case letters, digits and dashes: no key can lead out of `root`
 */
export function placeOf(root: string, key: string): Place {
  checkKey(key);
  const hash = createHash('sha256').update(key).digest('hex');
  const outer = join(root, hash.slice(0, 2));
  const inner = join(outer, hash.slice(2, 4));
  return { directories: [root, outer, inner], file: join(inner, key) };
}

/** @throws when `key` holds anything but lower-case letters, digits and dashes */
export function checkKey(key: string): void {
  if (!isKey(key)) throw new Error(`not an object key: ${JSON.stringify(key)}; only a-z, 0-9 and - are allowed`);
}

export function isKey(name: string): boolean {
  return KEY.test(name);
}

/** Whether `name` can be one of the directories that `placeOf` chooses. */
export function isFanOut(name: string): boolean {
  return FAN_OUT.test(name);
}
