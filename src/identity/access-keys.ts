import {
  accessKeysOf,
  addAccount,
  findAccessKeyRow,
  lockAccount,
  putAccessKey,
  removeAccessKeys,
} from '../storage/metadata/accounts.ts';
import type { AccessKeyRow } from '../storage/metadata/tables.ts';
import type { World } from '../world.ts';

/** A key with its secret. */
export interface NewKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

type Keys = Pick<World, 'metadata' | 'secrets'>;

/** The root key that the account has, with its secret. */
export async function findRootKey(world: Keys, account: string): Promise<NewKey | undefined> {
  const [row] = await world.metadata.read((tx) => accessKeysOf(tx, account));
  if (row?.status !== 'Active') return undefined;
  const { access_key_id: accessKeyId, sealed_secret: sealed } = row;
  return { accessKeyId, secretAccessKey: openKeySecret(world, accessKeyId, sealed) };
}

/**
 * Makes the account known with this one root key; another root key that it had ends, and so do the login tokens made
 * with it. The same key again changes nothing.
 */
export async function setRootKey(world: Keys & Pick<World, 'clock'>, account: string, key: NewKey): Promise<void> {
  const known = await world.metadata.read((tx) => findAccessKeyRow(tx, key.accessKeyId));
  if (known?.status === 'Active' && known.owner_id === account && hasSecret(world, known, key)) return;

  const row = accessKeyRow(world, key, { account, ownerId: account, tokenEpoch: (known?.token_epoch ?? 0) + 1 });
  await world.metadata.write(async (tx) => {
    await addAccount(tx, account, world.clock.now());
    await removeAccessKeys(tx, account, key.accessKeyId);
    await putAccessKey(tx, row);
  });
}

/** The same for an account that has no root key yet; answers the one that it has then, which may be another's. */
export async function settleRootKey(world: Keys & Pick<World, 'clock'>, account: string, key: NewKey): Promise<NewKey> {
  const row = accessKeyRow(world, key, { account, ownerId: account, tokenEpoch: 1 });
  await world.metadata.write(async (tx) => {
    // The account's row is the one that all who do this at once change: they come one after the other.
    await lockAccount(tx, account, world.clock.now());
    if ((await accessKeysOf(tx, account)).length === 0) await putAccessKey(tx, row);
  });
  return (await findRootKey(world, account)) ?? key;
}

/** The row of a new key of a user (by his id) or of an account's root (by the account). */
export function accessKeyRow(
  { secrets, clock }: Pick<World, 'secrets' | 'clock'>,
  { accessKeyId, secretAccessKey }: NewKey,
  { account, ownerId, tokenEpoch }: { readonly account: string; readonly ownerId: string; readonly tokenEpoch: number },
): AccessKeyRow {
  return {
    access_key_id: accessKeyId,
    account,
    owner_id: ownerId,
    sealed_secret: secrets.seal(Buffer.from(secretAccessKey, 'utf8'), sealContext(accessKeyId)),
    status: 'Active',
    token_epoch: tokenEpoch,
    created_at: clock.now().getTime(),
    last_used_at: null,
    last_used_service: null,
    last_used_region: null,
  };
}

/** The secret of a key, from its row. */
export function openKeySecret({ secrets }: Pick<World, 'secrets'>, accessKeyId: string, sealed: Uint8Array): string {
  return secrets.open(Buffer.from(sealed), sealContext(accessKeyId)).toString('utf8');
}

function hasSecret(world: Pick<World, 'secrets'>, row: AccessKeyRow, { secretAccessKey }: NewKey): boolean {
  return openKeySecret(world, row.access_key_id, row.sealed_secret) === secretAccessKey;
}

/** A sealed secret opens only for the key that it belongs to. */
function sealContext(accessKeyId: string): string {
  return `access-key:${accessKeyId}`;
}
