/** A backup, a restore or a migration cannot be done as asked; the message says why, and what to do instead. */
export class CannotCopy extends Error {
  override readonly name = 'CannotCopy';
}
