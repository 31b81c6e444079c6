import {
  accessKeysOf,
  addAccount,
  findAccessKeyRow,
  putAccessKey,
  removeAccessKeys,
} from '../storage/metadata/accounts.ts';
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
export async function findRootKeyId(world: Keys, account: string, region: string): Promise<string | undefined> {
  const rows = await world.metadata.read((tx) => accessKeysOf(tx, rootArn(account, region)));
  return rows[0]?.access_key_id;
}

/**
 * Makes the account known with this one root key; another root key that it had ends, and so do the login tokens made
 * with it. The same key again changes nothing.
 */
export async function setRootKey(
  world: Keys & Pick<World, 'clock'>,
  account: string,
  region: string,
  key: { accessKeyId: string; secretAccessKey: string },
): Promise<void> {
  const known = await findAccessKey(world, key.accessKeyId);
  if (known?.isActive && known.secretAccessKey === key.secretAccessKey && known.principal.account === account) return;

  const now = world.clock.now();
  const arn = rootArn(account, region);
  const sealed = world.secrets.seal(Buffer.from(key.secretAccessKey, 'utf8'), sealContext(key.accessKeyId));
  await world.metadata.write(async (tx) => {
    await addAccount(tx, account, now);
    await removeAccessKeys(tx, arn, key.accessKeyId);
    await putAccessKey(tx, {
      access_key_id: key.accessKeyId,
      account,
      principal_arn: arn,
      sealed_secret: sealed,
      status: 'Active',
      token_epoch: (known?.tokenEpoch ?? 0) + 1,
      created_at: now.getTime(),
    });
  });
}

/** A sealed secret opens only for the key that it belongs to. */
function sealContext(accessKeyId: string): string {
  return `access-key:${accessKeyId}`;
}
