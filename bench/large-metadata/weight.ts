/** What a table and its indexes weigh, and how many rows that is. */
export interface Weight {
  readonly table: string;
  readonly bytes: number;
  readonly rows: number;
}
