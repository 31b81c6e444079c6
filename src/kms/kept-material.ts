import { findKeyVersion } from '../storage/metadata/kms-keys.ts';
import { ownCopy } from '../values/own-copy.ts';
import type { World } from '../world.ts';
import type { Material } from './ciphertext-blob.ts';
import { KeyUnavailable } from './refusals.ts';
import { NotWrappedHere } from './root-key/not-wrapped-here.ts';

const MINUTE = 60_000;
const IDLE_MS = 5 * MINUTE;
const LIFE_MS = 60 * MINUTE;
const KEPT_AT_MOST = 10_000;

interface Kept {
  readonly key: Buffer;
  readonly since: number;
  usedAt: number;
}

const caches = new WeakMap<World['metadata'], Map<string, Kept>>();

type Keys = Pick<World, 'metadata' | 'rootKey' | 'clock' | 'log'>;

/** What the root key binds to the material: of which key it is, and which version. */
export function wrapContext({ keyId, version }: Material): string {
  return `kms-key ${keyId} ${version}`;
}

/**
 * Answers what `use` makes of the material of a key, unwrapped; undefined when it has no such version. `use` keeps none
 * of it, since it is overwritten when it is no longer needed. It is kept in memory for five
 * minutes after its last use, an hour at most. Whether the key may be used is for the caller to look up, each time:
 * nothing is decided by what is kept.
 *
 * @throws KeyUnavailable when the root key cannot be asked
 */
export async function withMaterial<T>(
  world: Keys,
  material: Material,
  use: (key: Buffer) => T,
): Promise<T | undefined> {
  const now = world.clock.now().getTime();
  const cache = caches.getOrInsertComputed(world.metadata, () => new Map());
  forgetOld(cache, now);
  const name = wrapContext(material);
  const kept = cache.get(name);
  if (kept) {
    kept.usedAt = now;
    return use(kept.key);
  }
  const row = await world.metadata.readOne((tx) => findKeyVersion(tx, material.keyId, material.version));
  if (!row) return undefined;
  const unwrapped = await unwrap(world, Buffer.from(row.wrapped), name);
  const key = ownCopy(unwrapped);
  unwrapped.fill(0);
  if (cache.size >= KEPT_AT_MOST) forgetAll(cache);
  cache.get(name)?.key.fill(0);
  cache.set(name, { key, since: now, usedAt: now });
  return use(key);
}

/** Overwrites and forgets what is kept of a key: it is gone. */
export function forgetMaterial({ metadata }: Pick<World, 'metadata'>, keyId: string): void {
  const cache = caches.get(metadata);
  for (const [name, { key }] of cache ?? []) {
    if (!name.startsWith(`kms-key ${keyId} `)) continue;
    key.fill(0);
    cache?.delete(name);
  }
}

/** Overwrites and forgets what has not been used for long: a key that nobody uses is not in memory. */
export function forgetIdleMaterial({ metadata, clock }: Pick<World, 'metadata' | 'clock'>): void {
  const cache = caches.get(metadata);
  if (cache) forgetOld(cache, clock.now().getTime());
}

function forgetOld(cache: Map<string, Kept>, now: number): void {
  for (const [name, { key, since, usedAt }] of cache) {
    if (now - usedAt < IDLE_MS && now - since < LIFE_MS) continue;
    key.fill(0);
    cache.delete(name);
  }
}

function forgetAll(cache: Map<string, Kept>): void {
  for (const { key } of cache.values()) key.fill(0);
  cache.clear();
}

async function unwrap({ rootKey, log }: Keys, wrapped: Buffer, context: string): Promise<Buffer> {
  try {
    return await rootKey.unwrap(wrapped, context);
  } catch (error) {
    // Bytes of another root key are a wrong installation, not a matter of time.
    if (error instanceof NotWrappedHere) throw error;
    log.error({ err: error }, 'root key could not be used');
    throw KeyUnavailable({});
  }
}
