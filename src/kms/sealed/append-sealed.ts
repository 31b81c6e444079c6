import type { BlobStore, Draft } from '../../storage/blobs/port.ts';
import { type Geometry, geometryOf } from '../envelope/geometry.ts';
import type { DataKeys } from '../envelope/keys.ts';
import type { Seal, Segment } from '../envelope/seal.ts';
import { Sealer } from '../envelope/sealer.ts';

/** A draft whose bytes are sealed. */
export interface SealedDraft {
  /** As the store has it: its size is that of sealed bytes. */
  readonly stored: Draft;
  readonly seal: Seal;
}

export interface SealingWith {
  readonly dataKeys: DataKeys;
  /** Of the object: `contextOf`. */
  readonly context: Buffer;
  /** Never used with these keys before: 32 random bytes. */
  readonly salt: Buffer;
}

/** Bytes that a seal's segments stand for. */
export function lengthOfSeal({ segments }: Pick<Seal, 'segments'>): number {
  return segments.reduce((sum, it) => sum + it.length, 0);
}

/**
 * `append` of a blob store, of bytes that are sealed on the way: in a segment of their own, since nothing that was sealed
 * is ever gone on with. What a checkpoint is told of are whole frames that are durable; what may lie behind them in the
 * store stays there, and belongs to nothing.
 */
export async function appendSealed(
  store: Pick<BlobStore, 'append'>,
  draft: SealedDraft,
  bytes: AsyncIterable<Uint8Array>,
  {
    with: { dataKeys, context, salt },
    checkpoint,
  }: { readonly with: SealingWith; readonly checkpoint?: (draft: SealedDraft) => Promise<void> },
): Promise<SealedDraft> {
  const { seal, stored } = draft;
  const { suite, log2, wrapped } = seal;
  const sealer = new Sealer({ header: { suite, log2, wrapped, salt }, dataKeys, context });
  let length = 0;

  async function* sealed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      if (chunk.length === 0) continue;
      length += chunk.length;
      const piece = sealer.push(chunk);
      if (piece.length > 0) yield piece;
    }
    if (length > 0) yield sealer.end();
  }
  const withSegment = (to: Draft, segment: Segment): SealedDraft => ({
    stored: to,
    seal: segment.length > 0 ? { ...seal, segments: [...seal.segments, segment] } : seal,
  });
  const soFar = async (durable: Draft) => {
    const frames = Math.min(sealer.wholeFrames, framesIn(geometryOf(seal), durable.size - stored.size));
    const segment = { salt, offset: stored.size, length: frames * 2 ** log2, isWhole: false };
    await checkpoint?.(withSegment(durable, segment));
  };
  const grown = await store.append(stored, sealed(), checkpoint && soFar);
  return withSegment(grown, { salt, offset: stored.size, length, isWhole: true });
}

/** Whole frames in the first `size` bytes of a file. */
function framesIn({ headerLength, frameSize, overhead }: Geometry, size: number): number {
  return Math.max(0, Math.floor((size - headerLength) / (frameSize + overhead)));
}
