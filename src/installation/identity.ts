import { timingSafeEqual } from 'node:crypto';
import { findFact, settleFact } from '../storage/metadata/installation.ts';
import { NotStarted } from '../storage/metadata/port.ts';
import type { World } from '../world.ts';
import { CannotStart } from './cannot-start.ts';
import { OTHER_ROOT_KEY } from './system-key.ts';

type Identified = Pick<World, 'metadata' | 'blobs' | 'secrets' | 'ids'>;

/**
 * Makes sure that database, root key and blob store belong to one installation, whose id it answers; at the first start
 * they are told so, with the id `proposedId`. Serving layers beside a database that is not theirs would take every one
 * of them for lost. A guest settles nothing.
 *
 * @throws CannotStart when one of the three is another installation's; NotStarted when a guest comes first
 */
export async function settleIdentity(
  world: Identified,
  { as, proposedId = world.ids.uuid() }: { readonly as: 'owner' | 'guest'; readonly proposedId?: string | undefined },
): Promise<string> {
  const mine = { id: proposedId, check: checkOf(world) };
  const seen = await world.metadata.read(async (tx) => ({
    id: await findFact(tx, 'id'),
    check: await findFact(tx, 'root-key-check'),
  }));
  if (as === 'guest' && !isWhole(seen)) {
    throw new NotStarted('No Berth has been started on this database yet. Start the server once: berth serve');
  }
  const { id, check } = isWhole(seen)
    ? seen
    : await world.metadata.write(async (tx) => ({
        id: await settleFact(tx, 'id', mine.id),
        check: await settleFact(tx, 'root-key-check', mine.check),
      }));

  if (!isSame(check, mine.check)) {
    throw new CannotStart(OTHER_ROOT_KEY);
  }
  const owner = await world.blobs.belongTo(id);
  if (owner !== id) {
    throw new CannotStart(
      `The layers of this storage belong to installation ${owner}, and the database is that of installation ${id}. Check BERTH_DATABASE, BERTH_STORAGE and BERTH_DATA_DIR: one of them names another installation's.`,
    );
  }
  return id;
}

function isWhole(seen: { id: string | undefined; check: string | undefined }): seen is { id: string; check: string } {
  return seen.id !== undefined && seen.check !== undefined;
}

/** Tells nothing of the key, and is another one for every other key. */
function checkOf({ secrets }: Pick<World, 'secrets'>): string {
  return secrets.mac('root-key-check', 'berth').toString('base64url');
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
