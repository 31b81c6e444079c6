const SLOW_MS = 1_000;
/** How many events go to one place at once, and to one that is slow. */
const AT_ONCE = 16;
const SLOW_AT_ONCE = 2;
const LEAST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 60_000;
const REMEMBERED = 1_000;

interface Place {
  /** When those that are there came, the first first. */
  readonly visits: Set<{ readonly since: number }>;
  /** How long the last one took. */
  tookMs: number;
  /** Until when those that gave way have been told to wait. */
  bookedUntil: number;
}

/** Either it went, and says when it comes back; or it gives way so many milliseconds. */
export type Entry = { readonly leave: (now: Date) => void } | { readonly waitMs: number };

/** Keeps a slow target from taking all the room that there is for events. */
export interface SlowTargets {
  enter(place: string, now: Date): Entry;
}

/** What one process knows of the places that it sends events to. */
export function slowTargets(): SlowTargets {
  const places = new Map<string, Place>();

  function leave(name: string, visit: { readonly since: number }, at: Date): void {
    const place = places.get(name);
    if (!place?.visits.delete(visit)) return;
    place.tookMs = at.getTime() - visit.since;
    if (place.visits.size > 0) return;
    // Those that are quick are forgotten at once; of the slow ones the oldest, when they are many.
    places.delete(name);
    if (place.tookMs > SLOW_MS) places.set(name, place);
    const oldest = places.entries().find(([, it]) => it.visits.size === 0);
    if (places.size > REMEMBERED && oldest) places.delete(oldest[0]);
  }

  return {
    enter(name, at) {
      const now = at.getTime();
      const place = places.get(name) ?? { visits: new Set(), tookMs: 0, bookedUntil: 0 };
      const [first] = place.visits;
      const longestMs = Math.max(place.tookMs, now - (first?.since ?? now));
      const room = longestMs > SLOW_MS ? SLOW_AT_ONCE : AT_ONCE;
      if (place.visits.size < room) {
        const visit = { since: now };
        place.visits.add(visit);
        places.set(name, place);
        return { leave: (then) => leave(name, visit, then) };
      }
      // One after the other, as they would get their turn: so none comes back in vain again and again.
      place.bookedUntil = Math.min(Math.max(place.bookedUntil, now) + longestMs / room, now + LONGEST_WAIT_MS);
      return { waitMs: Math.max(Math.round(place.bookedUntil - now), LEAST_WAIT_MS) };
    },
  };
}
