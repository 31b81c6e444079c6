import { aliasesOf, findAlias } from '../storage/metadata/kms-aliases.ts';
import { findKey } from '../storage/metadata/kms-keys.ts';
import type { KmsKeyRow } from '../storage/metadata/kms-tables.ts';
import { keyTags } from '../storage/metadata/kms-tags.ts';
import type { Reading } from '../storage/metadata/port.ts';
import { findResourcePolicy } from '../storage/metadata/resource-policies.ts';
import { type KeyName, keyArn, parseKeyName } from '../values/kms-arn.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { InvalidArn, NotFound } from './refusals.ts';
import { ownKeyOf } from './registry-key.ts';

/** The alias of ECR's managed key. */
export const ECR_ALIAS = 'alias/aws/ecr';

/** A key that is there, with what policies may ask of it. */
export interface Key {
  readonly row: KmsKeyRow;
  readonly arn: string;
  readonly aliases: readonly string[];
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly policyVersion: string | undefined;
  /** The alias that the request named it by. */
  readonly requestAlias: string | undefined;
}

export type Finding = Pick<World, 'metadata' | 'rootKey' | 'ids' | 'clock' | 'log'>;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * What a KeyId of the API names, for a caller of `own`. `keys`: the operation takes no aliases.
 *
 * @throws NotFound, InvalidArn
 */
export function nameKey(keyId: string, own: RegistryId, accepts: 'keys' | 'keys and aliases'): KeyName {
  const name = parseKeyName(keyId, own);
  if (!name) throw InvalidArn({ what: `Invalid arn ${keyId}` });
  if (name.region !== own.region) throw NotFound({ what: `Invalid arn ${name.region}` });
  if (name.kind === 'alias' && accepts === 'keys') throw InvalidArn({ what: `Invalid keyId '${keyId}'` });
  if (name.kind === 'key' && !name.isArn && !UUID.test(name.id)) throw NotFound({ what: `Invalid keyId '${keyId}'` });
  return name;
}

/** The key that `name` names; undefined when there is none that anybody may see. ECR's own is made when it is asked for. */
export async function findNamedKey(world: Finding, name: KeyName): Promise<Key | undefined> {
  const found = await world.metadata.read((tx) => readKey(tx, name, world.clock.now()));
  if (found || name.kind !== 'alias' || name.id !== ECR_ALIAS) return found;
  await ownKeyOf(world, name, 'ecr');
  return world.metadata.read((tx) => readKey(tx, name, world.clock.now()));
}

/** The key with this id, in whatever account and region it is. */
export function findKeyById({ metadata, clock }: Pick<Finding, 'metadata' | 'clock'>, keyId: string) {
  return metadata.read((tx) => readKeyById(tx, keyId, clock.now()));
}

async function readKey(tx: Reading, name: KeyName, now: Date): Promise<Key | undefined> {
  const keyId = name.kind === 'key' ? name.id : (await findAlias(tx, name, name.id))?.key_id;
  const key = keyId === undefined ? undefined : await readKeyById(tx, keyId, now);
  if (key?.row.account !== name.account || key.row.region !== name.region) return undefined;
  return { ...key, requestAlias: name.kind === 'alias' ? name.id : undefined };
}

async function readKeyById(tx: Reading, keyId: string, now: Date): Promise<Key | undefined> {
  const row = await findKey(tx, keyId);
  if (!row || row.purpose === 'registry' || isGone(row, now)) return undefined;
  const arn = keyArn(row, row.key_id);
  const tags = await keyTags(tx, row.key_id);
  return {
    row,
    arn,
    aliases: await aliasesOf(tx, row.key_id),
    tags: tags.map((it) => [it.tag_key, it.tag_value] as const),
    policyVersion: (await findResourcePolicy(tx, 'key', arn))?.version,
    requestAlias: undefined,
  };
}

/** Whether the last day of a key has come: it is gone then, whether or not its row has been removed. */
export function isGone({ deletion_at }: Pick<KmsKeyRow, 'deletion_at'>, now: Date): boolean {
  return deletion_at !== null && deletion_at <= now.getTime();
}
