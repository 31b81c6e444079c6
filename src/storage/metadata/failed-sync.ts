/**
 * What was written to a file may not have reached the disk, and there is no finding out: the kernel may call pages clean
 * that it could not write, so that a second sync succeeds.
 */
export class FailedSync extends Error {
  override readonly name = 'FailedSync';
}
