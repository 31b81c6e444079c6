import type { CountedPulls, Pull, PullCounter, PullTotals } from './port.ts';

/** So many images, each by a tag and a principal, may wait to be written down; pulls of others are not counted then. */
export const WAITING_AT_MOST = 20_000;
/** So many repositories have a number of their own; the rest share one. */
export const REPOSITORIES_AT_MOST = 1_000;

type Total = PullTotals['repositories'][number];

export function pullCounter(): PullCounter {
  let waiting = new Map<string, CountedPulls>();
  let dropped = 0;
  const totals = new Map<string, Total>();
  let others = 0;

  function add(pull: Pull, pulls: number): void {
    const key = `${pull.repositoryId} ${pull.digest} ${pull.tag ?? ''} ${pull.principalArn}`;
    const known = waiting.get(key);
    if (!known && waiting.size >= WAITING_AT_MOST) {
      dropped += pulls;
      return;
    }
    const at = known && known.at > pull.at ? known.at : pull.at;
    waiting.set(key, { ...pull, at, pulls: pulls + (known?.pulls ?? 0) });
  }

  return {
    count(pull) {
      const { registry, repositoryName, repositoryId } = pull;
      const total = totals.get(repositoryId);
      if (total || totals.size < REPOSITORIES_AT_MOST) {
        totals.set(repositoryId, { registry, repositoryName, pulls: (total?.pulls ?? 0) + 1 });
      } else {
        others += 1;
      }
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
    totals: () => ({ repositories: [...totals.values()], others }),
  };
}
