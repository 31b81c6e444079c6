import type { Family, Labels, Sample } from './exposition.ts';

/** More label values than this are a mistake of ours, or somebody's play: the rest is counted under `other`. */
const SERIES_AT_MOST = 1_000;
const OTHER = 'other';
/** In seconds: from what a cache answers to what a large layer takes. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

interface About {
  readonly name: string;
  readonly help: string;
}

/** Something that is counted, by labels. */
export interface Counter {
  add(labels: Labels, by?: number): void;
  family(): Family;
}

/** How long something took, by labels. */
export interface Durations {
  observe(labels: Labels, seconds: number): void;
  family(): Family;
}

export function counter(about: About): Counter {
  const values = series(() => ({ value: 0 }));
  return {
    add(labels, by = 1) {
      values.of(labels).value += by;
    },
    family: () => ({
      ...about,
      type: 'counter',
      samples: values.all().map(([labels, { value }]) => ({ labels, value })),
    }),
  };
}

export function durations(about: About): Durations {
  const values = series(() => ({ buckets: BUCKETS.map(() => 0), sum: 0, count: 0 }));
  return {
    observe(labels, seconds) {
      const one = values.of(labels);
      const at = BUCKETS.findIndex((it) => seconds <= it);
      if (at >= 0) one.buckets[at] = (one.buckets[at] ?? 0) + 1;
      one.sum += seconds;
      one.count += 1;
    },
    family: () => ({
      ...about,
      type: 'histogram',
      samples: values.all().flatMap(([labels, it]) => samplesOf(labels, it)),
    }),
  };
}

function samplesOf(labels: Labels, it: { readonly buckets: readonly number[]; sum: number; count: number }): Sample[] {
  let upTo = 0;
  const buckets = BUCKETS.map((bound, i) => {
    upTo += it.buckets[i] ?? 0;
    return { labels: { ...labels, le: String(bound) }, value: upTo, suffix: '_bucket' };
  });
  return [
    ...buckets,
    { labels: { ...labels, le: '+Inf' }, value: it.count, suffix: '_bucket' },
    { labels, value: it.sum, suffix: '_sum' },
    { labels, value: it.count, suffix: '_count' },
  ];
}

function series<T>(fresh: () => T): { of(labels: Labels): T; all(): (readonly [Labels, T])[] } {
  const known = new Map<string, readonly [Labels, T]>();
  function of(labels: Labels): T {
    const key = JSON.stringify(Object.values(labels));
    const found = known.get(key);
    if (found) return found[1];
    if (known.size >= SERIES_AT_MOST && Object.values(labels).some((it) => it !== OTHER)) {
      return of(Object.fromEntries(Object.keys(labels).map((it) => [it, OTHER])));
    }
    const made = fresh();
    known.set(key, [labels, made]);
    return made;
  }
  return { of, all: () => [...known.values()] };
}
