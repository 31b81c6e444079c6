import { findRootKey, setRootKey, settleRootKey } from '../identity/access-keys.ts';
import { newAccessKey } from '../identity/new-ids.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { type Credentials, readCredentials, writeCredentials } from './credentials-file.ts';
import type { DataFolder } from './data-folder.ts';

export interface RootCredentials {
  readonly credentials: Credentials;
  /** Made just now: the one time that they are shown. */
  readonly isNew: boolean;
}

/**
 * The root key of the account: `given` by settings, else the one that the database has, else the one in the credentials
 * file, else a new one. It holds from now on, another that the account had ends, and the credentials file has it. Of
 * nodes that start at once on an empty database all have the key of one.
 */
export async function rootCredentials(
  world: Pick<World, 'metadata' | 'secrets' | 'clock' | 'ids'>,
  folder: DataFolder,
  { registry, given }: { readonly registry: RegistryId; readonly given: Credentials | undefined },
): Promise<RootCredentials> {
  const kept = await readCredentials(folder.credentials);
  if (given !== undefined) {
    await keep(folder, kept, given);
    await setRootKey(world, registry.account, given);
    return { credentials: given, isNew: false };
  }
  const known = await findRootKey(world, registry.account);
  if (known !== undefined) {
    await keep(folder, kept, known);
    return { credentials: known, isNew: false };
  }
  const proposed = kept ?? newAccessKey(world.ids, registry.account);
  // The file first: after a crash between the two the next start finds the key there.
  await keep(folder, kept, proposed);
  const credentials = await settleRootKey(world, registry.account, proposed);
  await keep(folder, proposed, credentials);
  return { credentials, isNew: kept === undefined && credentials.accessKeyId === proposed.accessKeyId };
}

async function keep(folder: DataFolder, kept: Credentials | undefined, credentials: Credentials): Promise<void> {
  const { accessKeyId, secretAccessKey } = credentials;
  if (kept?.accessKeyId === accessKeyId && kept.secretAccessKey === secretAccessKey) return;
  await writeCredentials(folder.credentials, { accessKeyId, secretAccessKey });
}
