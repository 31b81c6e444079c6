import type { DataFolder } from '../../installation/data-folder.ts';
import type { Settings } from '../../settings/table.ts';

/** What the doctor found out about one thing. */
export interface Finding {
  readonly check: string;
  /** `unknown`: there is nothing to look at yet. */
  readonly state: 'good' | 'wrong' | 'unknown';
  readonly detail: string;
  /** What to do about it. */
  readonly mend?: string;
}

/** Looks and changes nothing that matters; never rejects for what it is there to find. */
export type Check = (settings: Settings, folder: DataFolder) => Promise<readonly Finding[]>;
