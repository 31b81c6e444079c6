/** More bytes arrived than are allowed. */
export class TooLong extends Error {
  override readonly name = 'TooLong';
  /** Bytes that are allowed. */
  readonly limit: number;

  constructor(limit: number) {
    super(`more than the ${limit} bytes that are allowed`);
    this.limit = limit;
  }
}
