/** Berth cannot start, and the person who starts it can mend that: the message says how. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}
