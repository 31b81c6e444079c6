import { renewClaim } from '../storage/metadata/uploads.ts';
import { CLAIM_MS, type ClaimedUpload } from './claim-upload.ts';
import type { Core } from './core.ts';

/** So often that a claim outlives some renewals that fail, or come late. */
const RENEWAL_MS = CLAIM_MS / 6;

/**
 * Holds the claim on an upload until `work` has ended, however long its client is silent or the store takes. A claim that
 * was lost all the same is not taken back: the work finds it gone at its next step.
 */
export async function keepingClaim<T>(
  core: Pick<Core, 'metadata' | 'clock' | 'log'>,
  { row, claim }: Pick<ClaimedUpload, 'row' | 'claim'>,
  work: () => Promise<T>,
): Promise<T> {
  let isRenewing = false;
  const renew = async () => {
    if (isRenewing) return;
    isRenewing = true;
    try {
      const until = new Date(core.clock.now().getTime() + CLAIM_MS);
      await core.metadata.write((tx) => renewClaim(tx, row.id, claim, until));
    } catch (error) {
      core.log.warn({ uploadId: row.id, err: error }, 'claim of an upload was not renewed');
    } finally {
      isRenewing = false;
    }
  };
  const timer = setInterval(renew, RENEWAL_MS).unref();
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
