import type { CountedPulls, Pull, PullCounter, PullTotals } from './port.ts';

/** So many images, each by a tag and a principal, may wait to be written down; pulls of others are not counted then. */
export const WAITING_AT_MOST = 20_000;
/** So many repositories have a number of their own; the rest share one. */
export const REPOSITORIES_AT_MOST = 1_000;

/** Counted up in place, until they are taken. */
type Waiting = { -readonly [K in keyof CountedPulls]: CountedPulls[K] };
type Total = { -readonly [K in keyof PullTotals['repositories'][number]]: PullTotals['repositories'][number][K] };

export function pullCounter(): PullCounter {
  let waiting = new Map<string, Waiting>();
  let dropped = 0;
  const totals = new Map<string, Total>();
  let others = 0;

  function add(pull: Pull, pulls: number): void {
    const key = `${pull.repositoryId} ${pull.digest} ${pull.tag ?? ''} ${pull.principalArn}`;
    const known = waiting.get(key);
    if (known) {
      known.pulls += pulls;
      if (pull.at > known.at) known.at = pull.at;
    } else if (waiting.size < WAITING_AT_MOST) {
      waiting.set(key, { ...pull, pulls });
    } else {
      dropped += pulls;
    }
  }

  return {
    count(pull) {
      const { registry, repositoryName, repositoryId } = pull;
      const total = totals.get(repositoryId);
      if (total) total.pulls += 1;
      else if (totals.size < REPOSITORIES_AT_MOST) totals.set(repositoryId, { registry, repositoryName, pulls: 1 });
      else others += 1;
      add(pull, 1);
    },
    take() {
      const taken = { counted: [...waiting.values()], dropped };
      waiting = new Map();
      dropped = 0;
      return taken;
    },
    putBack(counted) {
      for (const it of counted) add(it, it.pulls);
    },
    totals: () => ({ repositories: [...totals.values()].map((it) => ({ ...it })), others }),
  };
}
