import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ImagesPage, Position } from '../storage/metadata/judged-images.ts';
import type { Reading } from '../storage/metadata/port.ts';

const AT_ONCE = 1_000;

interface Paging<Row> {
  readonly tx: Reading;
  readonly repositoryId: string;
  readonly position: (row: Row) => Position;
}

/** Hands every row to `take`, in order; others have their turn after each thousand. */
export async function inPages<Row>(
  query: (tx: Reading, repositoryId: string, page: ImagesPage) => Promise<Row[]>,
  { tx, repositoryId, position }: Paging<Row>,
  take: (row: Row) => unknown,
): Promise<void> {
  for (let after: Position | undefined; ; ) {
    const rows = await query(tx, repositoryId, { after, limit: AT_ONCE });
    for (const row of rows) take(row);
    const last = rows.at(-1);
    if (rows.length < AT_ONCE || last === undefined) return;
    after = position(last);
    await nextTurn();
  }
}
