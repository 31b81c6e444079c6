import type { ByteRange } from '../../values/byte-range.ts';
import { frameAt, type Geometry, geometryOf, storedLengthOf } from '../envelope/geometry.ts';
import type { Seal, Segment } from '../envelope/seal.ts';

/**
 * Bytes between the frames of two segments that are read along: the header of the second, and what a crash may have left
 * in front of it. Another request to the store would cost more.
 */
export const MOST_BETWEEN = 1024 * 1024;

/** Frames of one segment that hold a part of what is asked for. */
export interface Span {
  readonly segment: Segment;
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** Where these frames are in the object. */
  readonly stored: ByteRange;
  /** Bytes that the first frame opens to and nobody asked for. */
  readonly skip: number;
  /** Bytes asked for, behind those. */
  readonly take: number;
}

/** What is read of the store at once: spans one behind the other, with little between them. */
export interface Passage {
  readonly spans: readonly [Span, ...Span[]];
  readonly stored: ByteRange;
  /** The passage that has this one when all of the object is read: the same for whatever is asked for. */
  readonly run: ByteRange;
}

/** A segment, and where its bytes are among those that the object opens to. */
interface Placed {
  readonly segment: Segment;
  readonly start: number;
  /** Where its frames are in the object. */
  readonly frames: ByteRange;
}

/** What is to be read of a sealed object for the bytes of `range`, which lies inside it; for all of them without. */
export function passagesOf(seal: Seal, range?: ByteRange): Passage[] {
  const geometry = geometryOf(seal);
  return runsOf(seal, geometry).flatMap((run) => {
    const [first, ...others] = run.flatMap((it) => spanIn(it, geometry, range) ?? []);
    if (first === undefined) return [];
    return {
      spans: [first, ...others],
      stored: around(first.stored, others.at(-1)?.stored),
      run: around(run[0].frames, run.at(-1)?.frames),
    };
  });
}

/** The segments that are read at once when all of them are. */
function runsOf({ segments }: Seal, geometry: Geometry): [Placed, ...Placed[]][] {
  const runs: [Placed, ...Placed[]][] = [];
  let start = 0;
  let end = 0;
  for (const segment of segments) {
    const first = segment.offset + frameAt(geometry, 0);
    const last = segment.offset + storedLengthOf(geometry, segment.length) - 1;
    const placed = { segment, start, frames: { first, last } };
    const run = runs.at(-1);
    if (run && first - end <= MOST_BETWEEN) run.push(placed);
    else runs.push([placed]);
    start += segment.length;
    end = last + 1;
  }
  return runs;
}

function spanIn({ segment, start, frames }: Placed, geometry: Geometry, range?: ByteRange): Span | undefined {
  const { frameSize } = geometry;
  const from = Math.max((range?.first ?? 0) - start, 0);
  const to = Math.min((range?.last ?? Number.POSITIVE_INFINITY) + 1 - start, segment.length);
  if (from >= to) return undefined;
  const firstFrame = Math.floor(from / frameSize);
  const lastFrame = Math.floor((to - 1) / frameSize);
  const behind = segment.offset + frameAt(geometry, lastFrame + 1);
  return {
    segment,
    firstFrame,
    lastFrame,
    stored: { first: segment.offset + frameAt(geometry, firstFrame), last: Math.min(behind - 1, frames.last) },
    skip: from - firstFrame * frameSize,
    take: to - from,
  };
}

function around({ first, last }: ByteRange, other: ByteRange | undefined): ByteRange {
  return { first, last: other?.last ?? last };
}
