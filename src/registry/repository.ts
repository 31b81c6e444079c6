import type { RepositoryRow } from '../storage/metadata/tables.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { TagMutability } from '../values/tag-mutability.ts';

export interface Repository {
  readonly id: string;
  readonly registry: RegistryId;
  readonly name: string;
  readonly createdAt: Date;
  readonly tagMutability: TagMutability;
  readonly scanOnPush: boolean;
  readonly encryption: { readonly type: string; readonly kmsKey?: string };
}

export function repositoryOf(row: RepositoryRow): Repository {
  return {
    id: row.id,
    registry: { account: row.account, region: row.region },
    name: row.name,
    createdAt: new Date(row.created_at),
    tagMutability: { mode: row.tag_mutability, exclusions: JSON.parse(row.tag_mutability_exclusions) as string[] },
    scanOnPush: row.scan_on_push === 1,
    encryption: { type: row.encryption_type, ...(row.kms_key !== null && { kmsKey: row.kms_key }) },
  };
}
