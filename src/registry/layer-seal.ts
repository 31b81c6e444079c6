import { contextOf, type DataKeys } from '../kms/envelope/keys.ts';
import { formatSeal, parseSeal, type Seal, verifySeal } from '../kms/envelope/seal.ts';
import { readSealed } from '../kms/sealed/read-sealed.ts';
import type { ObjectBytes } from '../storage/blobs/port.ts';
import type { LayerCache } from '../storage/layer-cache/port.ts';
import type { ByteRange } from '../values/byte-range.ts';
import type { World } from '../world.ts';
import type { Repository } from './repository.ts';
import {
  type Encrypted,
  newDataKeys,
  openDataKeys,
  type SealingWorld,
  sealedFor,
  wrapDataKeys,
} from './sealing-keys.ts';

/** Of a layer, in 256 KiB frames: large enough for full speed, small enough for short ranges. */
const LAYER = { suite: 1, log2: 18 } as const;

/** What is known of an object's bytes. */
export interface StoredObjectRow {
  readonly object_key: string;
  readonly account: string;
  readonly size: number;
  /** Null where its bytes are not sealed. */
  readonly seal: Uint8Array | null;
}

export interface OpenedSeal {
  readonly seal: Seal;
  readonly dataKeys: DataKeys;
  /** What its keys are bound to. */
  readonly context: Buffer;
}

/**
 * A seal for an object that the repository is about to get. Nothing is sealed yet.
 *
 * @throws the refusals of KMS when the repository's key cannot be used now
 */
export async function newSeal(world: SealingWorld, repository: Encrypted, objectKey: string): Promise<OpenedSeal> {
  const object = sealedFor(repository, objectKey);
  const { dataKeys, wrapped } = await newDataKeys(world, repository, object);
  const context = layerContext(world, { account: repository.registry.account, object_key: objectKey });
  return { seal: { ...LAYER, wrapped, ...object, segments: [] }, dataKeys, context };
}

/**
 * The seal of a row, with its keys, once it is sure that nobody changed it.
 *
 * @throws BadEnvelope, and the refusals of KMS when its key cannot be used now
 */
export async function openSeal(
  world: SealingWorld,
  row: Pick<StoredObjectRow, 'object_key' | 'account'> & { readonly seal: Uint8Array },
): Promise<OpenedSeal> {
  const bytes = bufferOf(row.seal);
  const seal = parseSeal(bytes);
  const dataKeys = await openDataKeys(world, seal.wrapped, seal);
  const context = layerContext(world, row);
  verifySeal(bytes, dataKeys, context);
  return { seal, dataKeys, context };
}

/** The seal as a row keeps it. */
export function sealBytes({ seal, dataKeys, context }: OpenedSeal): Buffer {
  return formatSeal(seal, dataKeys, context);
}

/**
 * The object's seal for another repository with the same key, whose right to the key is another one.
 *
 * @throws BadEnvelope, and the refusals of KMS when its key cannot be used now
 */
export async function sealForOther(
  world: SealingWorld,
  row: Pick<StoredObjectRow, 'object_key' | 'account'> & { readonly seal: Uint8Array },
  repository: Repository,
): Promise<Buffer> {
  const opened = await openSeal(world, row);
  const object = sealedFor(repository, row.object_key);
  const wrapped = await wrapDataKeys(world, repository, opened.dataKeys, object);
  return sealBytes({ ...opened, seal: { ...opened.seal, ...object, wrapped } });
}

/** What is read of an object. */
export interface Reading {
  /** It lies inside the object; all of it where nothing is said. */
  readonly range?: ByteRange | undefined;
  /** What is sealed is read through it, and kept there: for objects that are complete. */
  readonly cache?: LayerCache | undefined;
}

/**
 * The object's bytes in the clear; undefined when the store does not have them. The stream breaks rather than give a byte
 * that is not what was stored.
 *
 * @throws BadEnvelope, and the refusals of KMS when its key cannot be used now
 */
export async function readObject(
  world: SealingWorld & Pick<World, 'blobs'>,
  row: StoredObjectRow,
  { range, cache }: Reading = {},
): Promise<ObjectBytes | undefined> {
  if (row.seal === null) {
    // Always a range: a store then breaks the stream of an object that is too short, instead of ending it early.
    const whole = row.size > 0 ? { first: 0, last: row.size - 1 } : undefined;
    return world.blobs.read(row.object_key, range ?? whole);
  }
  const { seal, ...keys } = await openSeal(world, { ...row, seal: row.seal });
  return readSealed(cache?.over(world.blobs) ?? world.blobs, row.object_key, seal, { ...keys, range });
}

function layerContext(
  { installationId }: Pick<World, 'installationId'>,
  { account, object_key }: Pick<StoredObjectRow, 'object_key' | 'account'>,
): Buffer {
  return contextOf({ installation: installationId, account, kind: 'layer', object: object_key });
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
