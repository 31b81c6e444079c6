import type { ChangeConsumer } from '../changes/consumer.ts';
import { addTagHistory, type NewTagMove } from '../storage/metadata/tag-history.ts';
import type { TagHistoryRow } from '../storage/metadata/trash-tables.ts';
import type { Change } from '../values/change.ts';

/** Puts down where each tag pointed, since when, and by whom. */
export const noteTags: ChangeConsumer = {
  name: 'tag-history',
  async consume(tx, changes) {
    await addTagHistory(
      tx,
      changes.flatMap((it) => rowsOf(it)),
    );
  },
};

type Moved = Pick<TagHistoryRow, 'tag' | 'from_digest' | 'to_digest' | 'what'>;

function rowsOf(change: Change): NewTagMove[] {
  const { id, at, by, repository } = change;
  return movedBy(change).map((moved) => ({
    ...moved,
    repository_id: repository.id,
    at: at.getTime(),
    id,
    principal_arn: by ?? null,
  }));
}

function movedBy({ what }: Change): Moved[] {
  switch (what.kind) {
    case 'image-pushed':
      return what.tags.map(({ tag, from }) => ({
        tag,
        from_digest: from ?? null,
        to_digest: what.image.digest,
        what: 'pushed',
      }));
    case 'tag-removed':
      return [{ tag: what.tag, from_digest: what.image.digest, to_digest: null, what: 'tag removed' }];
    case 'image-deleted':
      return what.tags.map((tag) => ({ tag, from_digest: what.image.digest, to_digest: null, what: 'image deleted' }));
    default:
      return [];
  }
}
