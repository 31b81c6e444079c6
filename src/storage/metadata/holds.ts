import { chunks } from './chunks.ts';
import type { Writing } from './port.ts';

/** Whoever counts up to a limit holds what he counts in once so few are left: before that no two could pass it. */
export const NEAR_A_LIMIT = 200;

/**
 * Writes rows as they are. A transaction sees one snapshot, so that two at once may each rely on a row that the other
 * never changes, and together do what neither would have done alone. Of two that hold the same row one runs again, on
 * what the other left.
 */
export async function holdImages(tx: Writing, repositoryId: string, digests: readonly string[]): Promise<void> {
  for (const some of chunks(digests)) {
    await tx
      .updateTable('images')
      .set((e) => ({ pushed_at: e.ref('pushed_at') }))
      .where('repository_id', '=', repositoryId)
      .where('digest', 'in', some)
      .execute();
  }
}

/** The same for the repository: for who counts what is in it. */
export async function holdRepository(tx: Writing, repositoryId: string): Promise<void> {
  await tx
    .updateTable('repositories')
    .set((e) => ({ created_at: e.ref('created_at') }))
    .where('id', '=', repositoryId)
    .execute();
}

/** The same for the account: for who counts its repositories. */
export async function holdAccount(tx: Writing, account: string): Promise<void> {
  await tx
    .updateTable('accounts')
    .set((e) => ({ created_at: e.ref('created_at') }))
    .where('account', '=', account)
    .execute();
}
