import type { ByteRange } from '../../values/byte-range.ts';
import { frameAt, geometryOf, storedLengthOf } from '../envelope/geometry.ts';
import type { Seal, Segment } from '../envelope/seal.ts';

/** Frames of one segment that hold a part of what is asked for. */
export interface Span {
  readonly segment: Segment;
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** Where the sealed frames are in the object. */
  readonly stored: ByteRange;
  /** Where all frames of the segment are. */
  readonly run: ByteRange;
  /** Bytes that the first frame opens to and nobody asked for. */
  readonly skip: number;
  /** Bytes asked for, behind those. */
  readonly take: number;
}

/** What is to be read of a sealed object for the bytes of `range`, which lies inside it; for all of them without. */
export function spansOf(seal: Seal, range?: ByteRange): Span[] {
  const geometry = geometryOf(seal);
  const spans: Span[] = [];
  let start = 0;
  for (const segment of seal.segments) {
    const end = start + segment.length;
    const from = Math.max(range?.first ?? 0, start) - start;
    const to = Math.min((range?.last ?? end - 1) + 1, end) - start;
    start = end;
    if (from >= to) continue;
    const firstFrame = Math.floor(from / geometry.frameSize);
    const lastFrame = Math.floor((to - 1) / geometry.frameSize);
    const storedEnd = storedLengthOf(geometry, segment.length);
    const behind = Math.min(frameAt(geometry, lastFrame + 1), storedEnd);
    spans.push({
      segment,
      firstFrame,
      lastFrame,
      stored: { first: segment.offset + frameAt(geometry, firstFrame), last: segment.offset + behind - 1 },
      run: { first: segment.offset + frameAt(geometry, 0), last: segment.offset + storedEnd - 1 },
      skip: from - firstFrame * geometry.frameSize,
      take: to - from,
    });
  }
  return spans;
}
