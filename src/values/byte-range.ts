/** Bytes `first` to `last`, both included, counted from zero. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}
