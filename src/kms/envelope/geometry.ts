import { BadEnvelope } from './bad-envelope.ts';
import { type Header, headerLengthOf } from './header.ts';
import { TAG } from './suites.ts';

/** The most bytes that one file seals. */
export const MOST_BYTES = 2 ** 46;
const MOST_FRAMES = 2 ** 32;

/** Where what lies in a file. */
export interface Geometry {
  readonly headerLength: number;
  /** Bytes that a frame seals; the last one of a file may seal fewer. */
  readonly frameSize: number;
  /** By how much a frame is longer than what it seals. */
  readonly overhead: number;
}

export function geometryOf(header: Pick<Header, 'log2' | 'wrapped'>): Geometry {
  return {
    headerLength: headerLengthOf(header),
    frameSize: 2 ** header.log2,
    overhead: TAG * header.wrapped.length,
  };
}

/** How many frames seal `length` bytes; an empty file has one. */
export function framesOf({ frameSize }: Geometry, length: number): number {
  return Math.max(1, Math.ceil(length / frameSize));
}

/** Where in the file the frame `index` begins. */
export function frameAt({ headerLength, frameSize, overhead }: Geometry, index: number): number {
  return headerLength + index * (frameSize + overhead);
}

/** Bytes of the file that seals `length` bytes. */
export function storedLengthOf(geometry: Geometry, length: number): number {
  return geometry.headerLength + length + framesOf(geometry, length) * geometry.overhead;
}

/** The reverse. @throws BadEnvelope when no file has `stored` bytes */
export function lengthOf(geometry: Geometry, stored: number): number {
  const frames = Math.ceil((stored - geometry.headerLength) / (geometry.frameSize + geometry.overhead));
  const length = stored - geometry.headerLength - frames * geometry.overhead;
  if (frames >= 1 && length >= 0 && framesOf(geometry, length) === frames && length <= MOST_BYTES) return length;
  throw new BadEnvelope(`no sealed file has ${stored} bytes`);
}

/** @throws when a file would be larger than the format allows */
export function checkFits(geometry: Geometry, length: number): void {
  if (length <= MOST_BYTES && framesOf(geometry, length) < MOST_FRAMES) return;
  throw new Error(`an envelope was to hold ${length} bytes, which are too many`);
}
