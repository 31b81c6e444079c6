import type { RegistryId } from '../values/registry-id.ts';

/** One manifest was sent to somebody. */
export interface Pull {
  readonly registry: RegistryId;
  readonly repositoryName: string;
  readonly repositoryId: string;
  readonly digest: string;
  /** By which it was asked for. */
  readonly tag: string | undefined;
  /** The user or role that counts as who pulled. */
  readonly principalArn: string;
  readonly at: Date;
}

/** Pulls of one image by one tag and principal. */
export interface CountedPulls extends Pull {
  readonly pulls: number;
}

export interface PullTotals {
  readonly repositories: readonly {
    readonly registry: RegistryId;
    readonly repositoryName: string;
    readonly pulls: number;
  }[];
  /** Of repositories that have no number of their own. */
  readonly others: number;
}

/** Pulls that are not written down yet, counted in memory: no pull asks a database or waits for one. */
export interface PullCounter {
  count(pull: Pull): void;
  /** All that was counted since it was last taken; `dropped` is what found no room. */
  take(): { readonly counted: readonly CountedPulls[]; readonly dropped: number };
  /** What was taken and could not be written down: it is taken again. */
  putBack(counted: readonly CountedPulls[]): void;
  /** How often each repository's images were pulled from this process: CloudWatch's RepositoryPullCount. Bounded. */
  totals(): PullTotals;
}
