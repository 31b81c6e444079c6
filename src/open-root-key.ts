import type { DataFolder } from './installation/data-folder.ts';
import { rootKeys } from './installation/root-key.ts';
import { localRootKey } from './kms/root-key/local.ts';
import { severalRootKeys } from './kms/root-key/several.ts';
import type { Settings } from './settings/table.ts';
import type { Ids, RootKey } from './world.ts';

export interface OpenRootKey {
  readonly rootKey: RootKey;
  /** Of a root key that is here: what sealed everything in databases from before there was a system key. */
  readonly legacy: Uint8Array | undefined;
  close(): void;
}

/**
 * The root key that the settings name. What is rare, and slow to load, is loaded when a setting asks for it.
 *
 * @throws CannotStart when a root key that is here is missing or damaged
 */
export async function openRootKey(settings: Settings, folder: DataFolder, ids: Ids): Promise<OpenRootKey> {
  const opened: RootKey[] = [];
  const closing: (() => void)[] = [];
  let legacy: Uint8Array | undefined;
  for (const provider of settings.rootKeyProvider) {
    if (provider === 'local') {
      const { rootKey: given, previousRootKeys: previous = [] } = settings;
      const read = () => rootKeys(folder, { given, previous, ids });
      opened.push(await localRootKey(read, ids));
      [legacy] = await read();
    } else if (provider === 'aws-kms') {
      const { rootKey, close } = await openAwsKms(settings);
      opened.push(rootKey);
      closing.push(close);
    } else {
      opened.push(await openVault(settings));
    }
  }
  const close = () => {
    for (const it of closing) it();
  };
  const [first, ...others] = opened;
  if (!first) throw new Error('The settings name no root key.');
  const rootKey = others.length === 0 ? first : severalRootKeys([first, ...others]);
  return { rootKey, legacy, close };
}

async function openAwsKms(settings: Settings) {
  const { awsKmsRootKey } = await import('./kms/root-key/aws-kms.ts');
  const { rootKmsAccessKeyId: accessKeyId, rootKmsSecretAccessKey: secretAccessKey } = settings;
  const { close, ...rootKey } = awsKmsRootKey({
    keyId: needed(settings.rootKmsKeyId),
    region: settings.rootKmsRegion,
    endpoint: settings.rootKmsEndpoint,
    credentials:
      accessKeyId === undefined || secretAccessKey === undefined ? undefined : { accessKeyId, secretAccessKey },
  });
  return { rootKey, close };
}

async function openVault(settings: Settings): Promise<RootKey> {
  const { vaultRootKey } = await import('./kms/root-key/vault.ts');
  const { rootVaultRoleId: roleId, rootVaultSecretId: secretId, rootVaultToken } = settings;
  return vaultRootKey({
    address: needed(settings.rootVaultAddress),
    key: needed(settings.rootVaultKey),
    namespace: settings.rootVaultNamespace,
    login: roleId === undefined || secretId === undefined ? { token: needed(rootVaultToken) } : { roleId, secretId },
  });
}

/** The settings were checked together when they were read. */
function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A setting of the root key is missing.');
  return value;
}
