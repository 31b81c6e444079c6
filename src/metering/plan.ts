/** Bytes that are stored, and since when they have been as many. */
export interface Level {
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** Bytes times milliseconds, over a stretch of time. */
export interface Stretch {
  readonly startsAt: number;
  readonly endsAt: number;
  readonly byteMs: bigint;
}

export type Unit = 'hour' | 'day' | 'month';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * A level after `delta` more bytes at `at`, and what is to be added to what was counted: the time until then, or, for a
 * change that is told late, what it makes of the time that was counted without it.
 */
export function advance(
  level: Level,
  { at, delta }: { readonly at: number; readonly delta: number },
): { readonly level: Level; readonly counted: Stretch | undefined } {
  const bytes = level.bytes + delta;
  if (at >= level.since)
    return { level: { bytes, since: at }, counted: stretchOf({ from: level.since, to: at, bytes: level.bytes }) };
  return { level: { bytes, since: level.since }, counted: stretchOf({ from: at, to: level.since, bytes: delta }) };
}

/** What a level comes to over a time; undefined for nothing. */
export function stretchOf({
  from,
  to,
  bytes,
}: {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}): Stretch | undefined {
  if (to <= from || bytes === 0) return undefined;
  return { startsAt: from, endsAt: to, byteMs: BigInt(bytes) * BigInt(to - from) };
}

/**
 * The same amount as stretches that begin and end with units (UTC): what lies within one is that unit's whole, and all
 * units that it fills are one stretch, in which each has the same. Three at most, so that years are as cheap as hours.
 */
export function alignedTo(unit: Unit, stretch: Stretch): Stretch[] {
  const { startsAt, endsAt } = stretch;
  const first = floorTo(unit, startsAt);
  if (endsAt <= next(unit, first)) return [{ startsAt: first, endsAt: next(unit, first), byteMs: stretch.byteMs }];

  const [from, to] = [first === startsAt ? first : next(unit, first), floorTo(unit, endsAt)];
  const pieces: Stretch[] = [];
  if (startsAt < from) pieces.push({ startsAt: first, endsAt: from, byteMs: within(stretch, startsAt, from) });
  if (from < to) pieces.push({ startsAt: from, endsAt: to, byteMs: within(stretch, from, to) });
  if (to < endsAt) pieces.push({ startsAt: to, endsAt: next(unit, to), byteMs: within(stretch, to, endsAt) });
  return pieces;
}

/** Each unit's own share of an aligned stretch, as far as it lies in the time from `from` until `to`. */
export function* unitsOf(
  unit: Unit,
  stretch: Stretch,
  { from, to }: { readonly from: number; readonly to: number },
): Generator<Stretch> {
  for (const piece of alignedTo(unit, stretch)) {
    let startsAt = Math.max(piece.startsAt, floorTo(unit, from));
    while (startsAt < Math.min(piece.endsAt, to)) {
      const endsAt = next(unit, startsAt);
      yield { startsAt, endsAt, byteMs: within(piece, startsAt, endsAt) };
      startsAt = endsAt;
    }
  }
}

/** What an even stretch has of the time from `from` until `to`, both inside of it. Of a single unit: all. */
function within({ startsAt, endsAt, byteMs }: Stretch, from: number, to: number): bigint {
  return (byteMs * BigInt(to - from)) / BigInt(endsAt - startsAt);
}

/** When the unit begins that `at` lies in. */
export function floorTo(unit: Unit, at: number): number {
  if (unit === 'hour') return Math.floor(at / HOUR) * HOUR;
  if (unit === 'day') return Math.floor(at / DAY) * DAY;
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

/** When the unit behind the one begins that begins at `start`. */
export function next(unit: Unit, start: number): number {
  if (unit === 'hour') return start + HOUR;
  if (unit === 'day') return start + DAY;
  const date = new Date(start);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}
