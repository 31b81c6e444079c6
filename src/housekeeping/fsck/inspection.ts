import type { World } from '../../world.ts';
import type { Checked, Finding } from './finding.ts';

export type Checking = Pick<
  World,
  'metadata' | 'blobs' | 'hashing' | 'clock' | 'log' | 'ids' | 'rootKey' | 'installationId'
>;

/** What the checks of one run share. */
export interface Inspection {
  readonly world: Checking;
  readonly checked: Checked;
  /** Whether all bytes are read, rather than only looked for. */
  readonly isDeep: boolean;
  /** Whether what can be mended without losing anything is mended. */
  readonly mayRepair: boolean;
  /** Rows of one page: the event loop is free between two. */
  readonly page: number;
  report(finding: Finding): void;
  /** Called after each page or object. @throws when the check is to end. */
  tick(): void;
}

/**
 * Reports a finding, after `mend` where there is one and repairs are wanted. `mend` answers whether it still applied:
 * beside a running server it may have become untrue, and then it is none.
 */
export async function reportMending(
  inspection: Inspection,
  finding: Omit<Finding, 'outcome'>,
  outcome: 'contained' | 'mended',
  mend: () => Promise<boolean>,
): Promise<void> {
  if (!inspection.mayRepair) inspection.report({ ...finding, outcome: 'found' });
  else if (await mend()) inspection.report({ ...finding, outcome });
}
