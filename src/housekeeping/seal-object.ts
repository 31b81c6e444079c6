import type { Lease } from '../jobs/lease.ts';
import { appendSealed } from '../kms/sealed/append-sealed.ts';
import { newSeal, sealBytes } from '../registry/layer-seal.ts';
import { addCollected } from '../storage/metadata/journal.ts';
import { replaceBySealed } from '../storage/metadata/sealing.ts';
import type { ObjectRow } from '../storage/metadata/tables.ts';
import { algorithmOf, isDigest } from '../values/digest.ts';
import type { World } from '../world.ts';

const DAY = 24 * 3_600_000;
const SALT = 32;

/**
 * Stores an object of the repository `name` once more, sealed with the registry's own key, and lets all its layers have
 * those bytes. The journal knows
 * of the new ones before they come: when this is cut off, a collection removes them a day later. `gone`: the object was
 * let go of meanwhile; `wrong`: its bytes are missing or damaged, and it stays as it is.
 */
export async function sealObject(
  world: World,
  from: ObjectRow,
  { name, lease }: { readonly name: string; readonly lease: Lease },
): Promise<'sealed' | 'gone' | 'wrong'> {
  const { object_key, account, region, digest, size } = from;
  if (!isDigest(digest)) return 'wrong';
  const key = world.ids.uuid();
  const now = world.clock.now();
  await world.metadata.write(async (tx) => {
    await lease.hold(tx);
    const reason = 'it was being sealed, and that did not come to its end';
    const due_at = now.getTime() + DAY;
    const entry = { object_key: key, account, region, digest, size, draft_state: '', reason };
    await addCollected(tx, { ...entry, condemned_at: now.getTime(), due_at });
  });

  const opened = await newSeal(world, { name, registry: { account, region }, encryption: { type: 'AES256' } }, key);
  const { dataKeys, context, seal } = opened;
  const stored = await world.blobs.begin(key);
  const hasher = world.hashing.start(algorithmOf(digest));
  try {
    const clear = clearBytes(world, object_key, { size, signal: lease.signal, hash: (it) => hasher.update(it) });
    const salt = world.ids.bytes(SALT);
    const grown = await appendSealed(world.blobs, { stored, seal }, clear, { with: { dataKeys, context, salt } });
    if ((await hasher.digest()) !== digest) {
      world.log.error({ objectKey: object_key, layerDigest: digest }, 'bytes of a layer were damaged');
      return 'wrong';
    }
    await world.blobs.complete(grown.stored);
    const sealed = {
      ...from,
      object_key: key,
      created_at: world.clock.now().getTime(),
      stored_size: grown.stored.size,
      seal: sealBytes({ ...opened, seal: grown.seal }),
    };
    const isReplaced = await world.metadata.write(async (tx) => {
      await lease.hold(tx);
      return replaceBySealed(tx, from, sealed);
    });
    return isReplaced ? 'sealed' : 'gone';
  } catch (error) {
    if (error instanceof MissingBytes) return 'wrong';
    throw error;
  } finally {
    hasher.dispose();
  }
}

class MissingBytes extends Error {}

async function* clearBytes(
  { blobs }: Pick<World, 'blobs'>,
  key: string,
  {
    size,
    signal,
    hash,
  }: { readonly size: number; readonly signal: AbortSignal; readonly hash: (chunk: Uint8Array) => Promise<void> },
): AsyncGenerator<Uint8Array> {
  const bytes = await blobs.read(key, { first: 0, last: size - 1 });
  if (!bytes) throw new MissingBytes();
  for await (const chunk of bytes) {
    signal.throwIfAborted();
    const piece = chunk as Uint8Array;
    const hashed = hash(piece);
    hashed.catch(() => undefined);
    yield piece;
    await hashed;
    bytes.giveBack?.(piece);
  }
}
