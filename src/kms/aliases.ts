import { addAlias, aliasesOf, pointAlias, removeAlias } from '../storage/metadata/kms-aliases.ts';
import { holdKey } from '../storage/metadata/kms-keys.ts';
import type { Writing } from '../storage/metadata/port.ts';
import { aliasArn } from '../values/kms-arn.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import type { Key } from './find-key.ts';
import { mustNotBePending } from './key-state.ts';
import { KMS_LIMITS } from './limits.ts';
import { AlreadyExists, aliasNotFound, Invalid, InvalidAliasName, keyNotFound, LimitExceeded } from './refusals.ts';

type Aliasing = Pick<World, 'metadata' | 'clock'>;

/** API_CreateAlias, AliasName. @throws Invalid, InvalidAliasName */
export function checkAliasName(name: string): void {
  if (!name.startsWith('alias/')) {
    throw Invalid({
      what: 'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    });
  }
  if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(name)) {
    throw InvalidAliasName({ what: `${name} contains invalid characters for an alias` });
  }
  if (name.startsWith('alias/aws/')) {
    throw InvalidAliasName({ what: 'Alias names that begin with alias/aws/ are reserved for keys that AWS manages.' });
  }
}

/** Aliases point to keys, never to aliases. @throws Invalid */
export function checkAliasTarget(target: string): void {
  if (/^alias\/|:alias\//.test(target)) throw Invalid({ what: 'Aliases must refer to keys. Not aliases' });
}

/** Gives the key an alias. @throws InvalidState, LimitExceeded, AlreadyExists */
export function createAlias(
  world: Aliasing,
  registry: RegistryId,
  { name, key }: { readonly name: string; readonly key: Key },
): Promise<void> {
  const at = world.clock.now().getTime();
  return holding(world, registry, key, async (tx) => {
    await mustHaveRoom(tx, key);
    const row = { ...registry, name, key_id: key.row.key_id, created_at: at, updated_at: at };
    if (!(await addAlias(tx, row))) {
      throw AlreadyExists({ what: `An alias with the name ${aliasArn(registry, name)} already exists` });
    }
  });
}

/** Lets an alias point to another key of the same kind. @throws InvalidState, LimitExceeded, NotFound */
export function updateAlias(
  world: Aliasing,
  registry: RegistryId,
  { name, key }: { readonly name: string; readonly key: Key },
): Promise<void> {
  const at = world.clock.now().getTime();
  return holding(world, registry, key, async (tx) => {
    if (!key.aliases.includes(name)) await mustHaveRoom(tx, key);
    const row = { ...registry, name, key_id: key.row.key_id, updated_at: at };
    if (!(await pointAlias(tx, row))) throw aliasNotFound(aliasArn(registry, name));
  });
}

/** @throws NotFound */
export async function deleteAlias({ metadata }: Aliasing, registry: RegistryId, name: string): Promise<void> {
  if (!(await metadata.write((tx) => removeAlias(tx, registry, name)))) throw aliasNotFound(aliasArn(registry, name));
}

async function holding(
  { metadata }: Aliasing,
  registry: RegistryId,
  { row, arn }: Key,
  work: (tx: Writing) => Promise<void>,
): Promise<void> {
  if (row.account !== registry.account || row.region !== registry.region) {
    throw Invalid({ what: `${arn} is a key of another account, and an alias is of the account of its key.` });
  }
  await metadata.write(async (tx) => {
    const now = await holdKey(tx, row.key_id);
    if (!now) throw keyNotFound(arn);
    mustNotBePending(now);
    await work(tx);
  });
}

async function mustHaveRoom(tx: Writing, key: Key): Promise<void> {
  const limit = KMS_LIMITS.aliasesPerKey;
  if ((await aliasesOf(tx, key.row.key_id)).length < limit) return;
  throw LimitExceeded({ what: `${key.arn} cannot have more than ${limit} aliases.` });
}
