import type { Figure } from '../figure.ts';

/** One measurement, which brings its own servers. */
export interface Case {
  readonly name: string;
  run(surroundings: Surroundings): Promise<readonly Figure[]>;
}

export interface Surroundings {
  /** A new folder for this case alone; it is removed afterwards. */
  readonly dir: string;
  /** Whether there is a peer to be measured. */
  readonly hasPeer: boolean;
  /** Few rounds: to see that all works, not for figures. */
  readonly isQuick: boolean;
  /** The sizes that are promised, where filling them in takes minutes. */
  readonly isFull: boolean;
}
