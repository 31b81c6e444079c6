import { addStorage } from '../storage/metadata/metered.ts';
import { findRepositoryById } from '../storage/metadata/repositories.ts';
import { levelsOf, putLevel } from '../storage/metadata/storage-levels.ts';
import { bytesOfParts, recountParts } from '../storage/metadata/stored-parts.ts';
import type { World } from '../world.ts';
import { checkedPages } from './check-levels.ts';
import { KIND_OF_CLASS } from './count-storage.ts';
import { advance } from './plan.ts';
import { storageRows } from './storage-rows.ts';

const CLASSES = ['STANDARD', 'ARCHIVE'] as const;

/**
 * Sets the meter right wherever its levels are not what is stored: they are counted anew, and right from now on. What was
 * counted until now stays. Answers how many repositories it was wrong about.
 */
export async function recount(world: Pick<World, 'metadata' | 'clock'>): Promise<number> {
  let wrong = 0;
  for await (const page of checkedPages(world, 200)) {
    for (const { repositoryId } of page.wrong) {
      await recountOne(world, repositoryId);
      wrong += 1;
    }
  }
  return wrong;
}

/**
 * Changes that the meter has not come to yet may be in what is counted here: told of them, it does nothing, since it asks
 * its count of the image. Both change the repository's rows, so that one of them begins behind the other.
 */
export function recountOne(
  { metadata, clock }: Pick<World, 'metadata' | 'clock'>,
  repositoryId: string,
): Promise<void> {
  const at = clock.now().getTime();
  return metadata.write(
    async (tx) => {
      const levels = new Map((await levelsOf(tx, [repositoryId])).map((it) => [it.storage_class, it]));
      const repository = await findRepositoryById(tx, repositoryId);
      const [known] = levels.values();
      const whose = repository
        ? { account: repository.account, region: repository.region, repository_name: repository.name }
        : known;
      if (whose === undefined) return;
      await recountParts(tx, repositoryId);
      const bytes = await bytesOfParts(tx, repositoryId);
      const counted = storageRows('hour');
      for (const storage_class of CLASSES) {
        const level = levels.get(storage_class) ?? { bytes: 0, since: at };
        const after = advance(level, { at: Math.max(at, level.since), delta: bytes[storage_class] - level.bytes });
        const { account, region, repository_name } = whose;
        const own = { account, region, repository_name };
        counted.add({ ...own, kind: KIND_OF_CLASS[storage_class] }, after.counted);
        await putLevel(tx, { repository_id: repositoryId, storage_class, ...own, ...after.level });
      }
      await addStorage(tx, counted.rows());
    },
    { isBulk: true },
  );
}
