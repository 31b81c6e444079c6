import { NotWrappedHere } from '../kms/root-key/not-wrapped-here.ts';
import { findFact, settleFact } from '../storage/metadata/installation.ts';
import { NotStarted } from '../storage/metadata/port.ts';
import type { World } from '../world.ts';
import { CannotStart } from './cannot-start.ts';

const LENGTH = 32;
/** What the root key binds to the system key. */
export const SYSTEM_KEY_CONTEXT = 'system-key';

/**
 * The key that the installation's secrets hang on. It lies in the database, wrapped by the root key, so that a change of
 * root keys touches one row. Made at the first start; `proposed` is that of the installation whose copy this is to be,
 * wrapped. Nodes that start at once have the key of one.
 *
 * @throws CannotStart when the root key is another one; NotStarted when a guest comes first
 */
export async function systemKey(
  world: Pick<World, 'metadata' | 'rootKey' | 'ids'>,
  {
    as,
    proposed,
    legacy,
  }: {
    readonly as: 'owner' | 'guest';
    readonly proposed?: string | undefined;
    /** The root key itself, which sealed everything before there was a system key. */
    readonly legacy: Uint8Array | undefined;
  },
): Promise<Buffer> {
  const seen = await world.metadata.read(async (tx) => ({
    wrapped: await findFact(tx, 'system-key'),
    isOld: (await findFact(tx, 'root-key-check')) !== undefined,
  }));
  if (seen.wrapped !== undefined) return unwrap(world, seen.wrapped);
  if (as === 'guest') {
    throw new NotStarted('No Berth has been started on this database yet. Start the server once: berth serve');
  }
  if (seen.isOld && legacy === undefined) throw new CannotStart(OTHER_ROOT_KEY);
  const made = seen.isOld && legacy !== undefined ? Buffer.from(legacy) : world.ids.bytes(LENGTH);
  const mine = proposed ?? (await wrap(world, made));
  return unwrap(world, await world.metadata.write((tx) => settleFact(tx, 'system-key', mine)));
}

async function wrap({ rootKey }: Pick<World, 'rootKey'>, key: Buffer): Promise<string> {
  try {
    return (await rootKey.wrap(key, SYSTEM_KEY_CONTEXT)).toString('base64');
  } catch (error) {
    throw cannotUse(error);
  }
}

async function unwrap({ rootKey }: Pick<World, 'rootKey'>, wrapped: string): Promise<Buffer> {
  try {
    return await rootKey.unwrap(Buffer.from(wrapped, 'base64'), SYSTEM_KEY_CONTEXT);
  } catch (error) {
    if (error instanceof NotWrappedHere) throw new CannotStart(OTHER_ROOT_KEY);
    throw cannotUse(error);
  }
}

function cannotUse(error: unknown): CannotStart {
  const why = error instanceof Error ? error.message : String(error);
  return new CannotStart(
    `The root key cannot be used (${why}), and nothing here opens without it. See BERTH_ROOT_KEY_PROVIDER.`,
  );
}

export const OTHER_ROOT_KEY =
  'The root key is not the one that this database was made with, and its secrets open with that one alone. Give every node the same BERTH_ROOT_KEY; a node that was started without has its key in root.key of its data folder (base64 -w0 root.key prints it as BERTH_ROOT_KEY wants it).';
