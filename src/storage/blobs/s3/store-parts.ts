import type { Abilities } from './abilities.ts';
import type { Bucket } from './bucket.ts';
import type { Names } from './names.ts';
import type { PartMemory } from './part-memory.ts';
import type { StoreLog } from './store-log.ts';

/** What the operations of the S3 store share. */
export interface S3Parts {
  readonly bucket: Bucket;
  readonly names: Names;
  readonly abilities: () => Promise<Abilities>;
  readonly memory: PartMemory;
  readonly log: StoreLog;
  /** To be told of an object that may have pieces which no draft will name. */
  readonly mayHaveOrphans: (key: string) => void;
  /** How long a next byte is waited for. */
  readonly stallMs: number;
}
