import type { Tag } from '../registry/check-tags.ts';
import type { CreationTemplateRow } from '../storage/metadata/configuration-tables.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { TagMutability } from '../values/tag-mutability.ts';
import { type AppliedFor, prefixKey } from './match.ts';

/** What a repository that is made by use shall be like, if its name is below the prefix. */
export interface CreationTemplate {
  readonly registry: RegistryId;
  readonly prefix: string;
  readonly description: string | undefined;
  readonly encryption: { readonly type: string; readonly kmsKey: string | undefined };
  readonly tags: readonly Tag[];
  readonly tagMutability: TagMutability;
  readonly repositoryPolicy: string | undefined;
  readonly lifecyclePolicy: string | undefined;
  readonly appliedFor: readonly AppliedFor[];
  /** The role with which repositories are made; undefined: that of the service. */
  readonly customRoleArn: string | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export function templateOf(row: CreationTemplateRow): CreationTemplate {
  return {
    registry: { account: row.account, region: row.region },
    prefix: row.prefix_given,
    description: row.description ?? undefined,
    encryption: { type: row.encryption_type, kmsKey: row.kms_key ?? undefined },
    tags: JSON.parse(row.resource_tags) as Tag[],
    tagMutability: {
      mode: row.tag_mutability,
      exclusions: JSON.parse(row.tag_mutability_exclusions) as string[],
    },
    repositoryPolicy: row.repository_policy ?? undefined,
    lifecyclePolicy: row.lifecycle_policy ?? undefined,
    appliedFor: JSON.parse(row.applied_for) as AppliedFor[],
    customRoleArn: row.custom_role_arn ?? undefined,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}

export function rowOf(template: CreationTemplate): CreationTemplateRow {
  const { registry, prefix, encryption, tagMutability } = template;
  return {
    ...registry,
    prefix: prefixKey(prefix),
    prefix_given: prefix,
    description: template.description ?? null,
    encryption_type: encryption.type,
    kms_key: encryption.kmsKey ?? null,
    resource_tags: JSON.stringify(template.tags),
    tag_mutability: tagMutability.mode,
    tag_mutability_exclusions: JSON.stringify(tagMutability.exclusions),
    repository_policy: template.repositoryPolicy ?? null,
    lifecycle_policy: template.lifecyclePolicy ?? null,
    applied_for: JSON.stringify(template.appliedFor),
    custom_role_arn: template.customRoleArn ?? null,
    created_at: template.createdAt.getTime(),
    updated_at: template.updatedAt.getTime(),
  };
}
