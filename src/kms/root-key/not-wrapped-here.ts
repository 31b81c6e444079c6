/** Bytes that none of the root keys at hand has wrapped. */
export class NotWrappedHere extends Error {
  override readonly name = 'NotWrappedHere';

  constructor() {
    super('None of the root keys of this Berth has wrapped these bytes.');
  }
}
