import { leased, TAKEN } from '../jobs/lease.ts';
import { retiringOf } from '../kms/repository-grants.ts';
import { repositoryOf } from '../registry/repository.ts';
import { removeRepository } from '../storage/metadata/repositories.ts';
import { forgetTagHistory } from '../storage/metadata/tag-history.ts';
import { dueRepository, purgeTrashedImages, trashedRow } from '../storage/metadata/trash.ts';
import type { World } from '../world.ts';

const LEASE = 'empty-trash';
const AT_ONCE = 200;
const DAY = 24 * 60 * 60 * 1000;
/** How long it is known where a tag pointed. */
const HISTORY_MS = 400 * DAY;

/**
 * Removes for good what lay in the trash for its time, and forgets where tags pointed long ago. Layers of images go by
 * their lease; what a repository held is queued for collection.
 */
export async function emptyTrash(world: World, signal?: AbortSignal): Promise<void> {
  await leased(world, { name: LEASE, ...(signal && { signal }) }, async (lease) => {
    const batches = [
      () => world.metadata.write((tx) => purgeTrashedImages(tx, world.clock.now(), AT_ONCE), { isBulk: true }),
      () => {
        const before = new Date(world.clock.now().getTime() - HISTORY_MS);
        return world.metadata.write((tx) => forgetTagHistory(tx, before, AT_ONCE), { isBulk: true });
      },
    ];
    for (const batch of batches) while ((await batch()) === AT_ONCE) lease.signal.throwIfAborted();
    while (await purgeRepository(world)) lease.signal.throwIfAborted();
  }).then((outcome) => outcome === TAKEN && world.log.debug({ job: LEASE }, 'trash is emptied by another process'));
}

/** False when none was due. Its grants on a KMS key go with it: the registry lets go of it. */
async function purgeRepository(world: World): Promise<boolean> {
  const due = await world.metadata.readOne((tx) => dueRepository(tx, world.clock.now()));
  const row = due && (await world.metadata.readOne((tx) => trashedRow(tx, due.repository_id)));
  if (!due || !row) return false;
  const retiring = await retiringOf(world, undefined, repositoryOf(row));
  await world.metadata.write(
    async (tx) => {
      // It may have been had back meanwhile.
      const still = await trashedRow(tx, due.repository_id);
      if (!still) return;
      await retiring.retire(tx);
      await removeRepository(tx, { id: still.id, name: due.name });
    },
    { isBulk: true },
  );
  return true;
}
