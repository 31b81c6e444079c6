import { setRootKey } from '../identity/access-keys.ts';
import { newAccessKey } from '../identity/new-access-key.ts';
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
 * The root key of the account: `given` by settings, else the one in the credentials file, else a new one. It holds from
 * now on, another that the account had ends, and the credentials file has it.
 */
export async function rootCredentials(
  world: Pick<World, 'metadata' | 'secrets' | 'clock' | 'ids'>,
  folder: DataFolder,
  { registry, given }: { readonly registry: RegistryId; readonly given: Credentials | undefined },
): Promise<RootCredentials> {
  const kept = await readCredentials(folder.credentials);
  const credentials = given ?? kept ?? newAccessKey(world.ids);
  const { accessKeyId, secretAccessKey } = credentials;
  // The file first: after a crash between the two the next start finds the key there.
  if (kept?.accessKeyId !== accessKeyId || kept.secretAccessKey !== secretAccessKey) {
    await writeCredentials(folder.credentials, credentials);
  }
  await setRootKey(world, registry.account, registry.region, credentials);
  return { credentials, isNew: given === undefined && kept === undefined };
}
