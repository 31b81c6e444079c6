import type { Hasher } from '../bytes/port.ts';
import { BadEnvelope } from '../kms/envelope/bad-envelope.ts';
import { SealedCheck } from '../kms/sealed/sealed-check.ts';
import { openSeal, type StoredObjectRow } from '../registry/layer-seal.ts';
import type { SealingWorld } from '../registry/sealing-keys.ts';
import type { BlobStore } from '../storage/blobs/port.ts';
import { algorithmOf, type Digest, isDigest } from '../values/digest.ts';
import { Refusal } from '../values/refusal.ts';
import type { World } from '../world.ts';

/** An object, as its row has it. */
export interface JudgedObject extends StoredObjectRow {
  readonly digest: string;
  readonly stored_size: number;
}

/** What stored bytes turned out to be. */
export interface Verdict {
  /** Bytes in the store. */
  readonly storedSize: number;
  /** Of what they are in the clear; undefined when that could not be had. */
  readonly digest: Digest | undefined;
  /** Why they could not be opened, a clause: they are not what was sealed. */
  readonly fault?: string;
  /** Why nobody may open them now, in the words of KMS. They are then no more than counted. */
  readonly closed?: string;
}

/** Looks at an object's bytes as they are stored, one after the other. */
export interface Judge {
  /** Takes the next bytes; they are the caller's again when it resolves. */
  take(chunk: Uint8Array): Promise<void>;
  verdict(): Promise<Verdict>;
  dispose(): void;
}

type Judging = SealingWorld & Pick<World, 'hashing'>;

/** Whether these are the bytes that the row promises; also when they are only as many, and nobody may open them. */
export function isRight({ digest, stored_size }: JudgedObject, verdict: Verdict): boolean {
  if (verdict.storedSize !== stored_size || verdict.fault !== undefined) return false;
  return verdict.closed !== undefined || verdict.digest === digest;
}

/** Opens, verifies and hashes the bytes of an object, if its key can be used. */
export async function judgeOf(world: Judging, object: JudgedObject): Promise<Judge> {
  const sealed = await openIfSealed(world, object);
  const hasher = isDigest(object.digest) ? world.hashing.start(algorithmOf(object.digest)) : undefined;
  let storedSize = 0;
  let fault = sealed.fault;
  return {
    async take(chunk) {
      storedSize += chunk.length;
      if (fault !== undefined || sealed.closed !== undefined) return;
      try {
        await hashAll(hasher, sealed.check ? sealed.check.push(chunk) : [chunk]);
      } catch (error) {
        fault = faultOf(error);
      }
    },
    async verdict() {
      const { closed } = sealed;
      if (closed !== undefined) return { storedSize, digest: undefined, closed };
      try {
        sealed.check?.end();
      } catch (error) {
        fault ??= faultOf(error);
      }
      if (fault !== undefined) return { storedSize, digest: undefined, fault };
      return { storedSize, digest: await hasher?.digest() };
    },
    dispose: () => hasher?.dispose(),
  };
}

/** The verdict over the bytes in `store`; undefined when they are not there. */
export async function judged(
  store: Pick<BlobStore, 'read'>,
  key: string,
  judge: Judge,
  onChunk?: (chunk: Uint8Array) => Promise<void>,
): Promise<Verdict | undefined> {
  try {
    const bytes = await store.read(key);
    if (!bytes) return undefined;
    for await (const chunk of bytes) {
      const piece = chunk as Uint8Array;
      await Promise.all([judge.take(piece), onChunk?.(piece)]);
      bytes.giveBack?.(piece);
    }
    return await judge.verdict();
  } finally {
    judge.dispose();
  }
}

interface Sealed {
  readonly check?: SealedCheck;
  readonly fault?: string;
  readonly closed?: string;
}

async function openIfSealed(world: Judging, object: JudgedObject): Promise<Sealed> {
  if (object.seal === null) return {};
  try {
    const { seal, ...keys } = await openSeal(world, { ...object, seal: object.seal });
    return { check: new SealedCheck(seal, keys) };
  } catch (error) {
    if (error instanceof Refusal) return { closed: error.message || error.code };
    return { fault: faultOf(error) };
  }
}

async function hashAll(hasher: Hasher | undefined, pieces: readonly Uint8Array[]): Promise<void> {
  await Promise.all(pieces.map((it) => hasher?.update(it)));
}

/** @throws what is no fault of the bytes */
function faultOf(error: unknown): string {
  if (error instanceof BadEnvelope) return error.message;
  throw error;
}
