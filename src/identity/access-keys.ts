import {
  accessKeysOf,
  addAccount,
  findAccessKeyRow,
  lockAccount,
  putAccessKey,
  removeAccessKeys,
} from '../storage/metadata/accounts.ts';
import type { AccessKeyRow } from '../storage/metadata/tables.ts';
import { rootArn } from '../values/arn.ts';
import type { World } from '../world.ts';
import type { Principal } from './principal.ts';

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly isActive: boolean;
  readonly tokenEpoch: number;
  readonly principal: Principal;
}

/** A key with its secret. */
export interface NewKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

type Keys = Pick<World, 'metadata' | 'secrets'>;

/** The access key with this id, whatever its state; undefined when nobody has it. */
export async function findAccessKey(world: Keys, accessKeyId: string): Promise<AccessKey | undefined> {
  const row = await world.metadata.read((tx) => findAccessKeyRow(tx, accessKeyId));
  if (!row) return undefined;
  return {
    accessKeyId: row.access_key_id,
    // Opened when it is asked for: a login token is verified without it, at each request.
    get secretAccessKey() {
      return world.secrets.open(Buffer.from(row.sealed_secret), sealContext(accessKeyId)).toString('utf8');
    },
    isActive: row.status === 'Active',
    tokenEpoch: row.token_epoch,
    principal: {
      kind: 'root',
      account: row.account,
      arn: row.principal_arn,
      userId: row.account,
      accessKeyId: row.access_key_id,
    },
  };
}

/** The root key that the account has already, without its secret. */
async function findRootKeyId(world: Keys, account: string, region: string): Promise<string | undefined> {
  const rows = await world.metadata.read((tx) => accessKeysOf(tx, rootArn(account, region)));
  return rows[0]?.access_key_id;
}

/** The root key that the account has, with its secret. */
export async function findRootKey(world: Keys, account: string, region: string): Promise<NewKey | undefined> {
  const id = await findRootKeyId(world, account, region);
  const key = id === undefined ? undefined : await findAccessKey(world, id);
  return key?.isActive ? { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey } : undefined;
}

/**
 * Makes the account known with this one root key; another root key that it had ends, and so do the login tokens made
 * with it. The same key again changes nothing.
 */
export async function setRootKey(
  world: Keys & Pick<World, 'clock'>,
  account: string,
  region: string,
  key: NewKey,
): Promise<void> {
  const known = await findAccessKey(world, key.accessKeyId);
  if (known?.isActive && known.secretAccessKey === key.secretAccessKey && known.principal.account === account) return;

  const arn = rootArn(account, region);
  const row = rowOf(world, key, { account, arn, tokenEpoch: (known?.tokenEpoch ?? 0) + 1 });
  await world.metadata.write(async (tx) => {
    await addAccount(tx, account, world.clock.now());
    await removeAccessKeys(tx, arn, key.accessKeyId);
    await putAccessKey(tx, row);
  });
}

/** The same for an account that has no root key yet; answers the one that it has then, which may be another's. */
export async function settleRootKey(
  world: Keys & Pick<World, 'clock'>,
  account: string,
  region: string,
  key: NewKey,
): Promise<NewKey> {
  const arn = rootArn(account, region);
  const row = rowOf(world, key, { account, arn, tokenEpoch: 1 });
  await world.metadata.write(async (tx) => {
    // The account's row is the one that all who do this at once change: they come one after the other.
    await lockAccount(tx, account, world.clock.now());
    if ((await accessKeysOf(tx, arn)).length === 0) await putAccessKey(tx, row);
  });
  return (await findRootKey(world, account, region)) ?? key;
}

function rowOf(
  { secrets, clock }: Pick<World, 'secrets' | 'clock'>,
  { accessKeyId, secretAccessKey }: NewKey,
  { account, arn, tokenEpoch }: { readonly account: string; readonly arn: string; readonly tokenEpoch: number },
): AccessKeyRow {
  return {
    access_key_id: accessKeyId,
    account,
    principal_arn: arn,
    sealed_secret: secrets.seal(Buffer.from(secretAccessKey, 'utf8'), sealContext(accessKeyId)),
    status: 'Active',
    token_epoch: tokenEpoch,
    created_at: clock.now().getTime(),
  };
}

/** A sealed secret opens only for the key that it belongs to. */
function sealContext(accessKeyId: string): string {
  return `access-key:${accessKeyId}`;
}
