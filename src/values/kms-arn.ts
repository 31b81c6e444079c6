import { partitionOf } from './arn.ts';
import type { RegistryId } from './registry-id.ts';

/** `arn:{partition}:kms:{region}:{account}:key/{keyId}`. */
export function keyArn({ account, region }: RegistryId, keyId: string): string {
  return `arn:${partitionOf(region)}:kms:${region}:${account}:key/${keyId}`;
}

/** `arn:{partition}:kms:{region}:{account}:alias/{name}`; `name` with `alias/` in front. */
export function aliasArn({ account, region }: RegistryId, name: string): string {
  return `arn:${partitionOf(region)}:kms:${region}:${account}:${name}`;
}

/** What a KeyId of the API names: a key by its id, or an alias. */
export interface KeyName extends RegistryId {
  readonly kind: 'key' | 'alias';
  /** The key id; or the alias with `alias/` in front. */
  readonly id: string;
  readonly isArn: boolean;
}

const ARN = /^arn:([a-z0-9-]+):kms:([a-z0-9-]+):([0-9]{12}):(?:key\/([\w-]+)|(alias\/.+))$/;

/** What `text` names for a caller of `own`: key id, alias, or the ARN of either; undefined when it is none of them. */
export function parseKeyName(text: string, own: RegistryId): KeyName | undefined {
  if (text.startsWith('alias/')) return { ...own, kind: 'alias', id: text, isArn: false };
  if (!text.startsWith('arn:')) return { ...own, kind: 'key', id: text, isArn: false };
  const [, partition, region, account, id, alias] = ARN.exec(text) ?? [];
  if (region === undefined || account === undefined || partition !== partitionOf(region)) return undefined;
  if (alias !== undefined) return { account, region, kind: 'alias', id: alias, isArn: true };
  return id === undefined ? undefined : { account, region, kind: 'key', id, isArn: true };
}
