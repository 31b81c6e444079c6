import type { TagMutabilityMode } from '../../values/tag-mutability.ts';

/** What a registry is told once, for all its repositories. */
export interface ConfigurationTables {
  registry_configurations: RegistryConfigurationRow;
  pull_through_cache_rules: CacheRuleRow;
  repository_creation_templates: CreationTemplateRow;
}

/** A configuration that is put as a whole: there is one of each kind, or the default holds. */
export interface RegistryConfigurationRow {
  account: string;
  region: string;
  kind: 'scanning' | 'replication' | 'signing';
  /** JSON, as the room that puts it reads it. */
  document: string;
  updated_at: number;
}

export interface CacheRuleRow {
  account: string;
  region: string;
  /** Without the `/` that follows each: two rules cannot differ by it. */
  prefix: string;
  /** As it was given. */
  prefix_given: string;
  upstream_url: string;
  /** ECR's name of the upstream; null of one that ECR does not know. */
  upstream_registry: string | null;
  /** Null where none was given: the whole upstream. */
  upstream_prefix: string | null;
  credential_arn: string | null;
  custom_role_arn: string | null;
  created_at: number;
  updated_at: number;
}

export interface CreationTemplateRow {
  account: string;
  region: string;
  /** Without the `/` that follows each. */
  prefix: string;
  /** As it was given. */
  prefix_given: string;
  description: string | null;
  encryption_type: string;
  kms_key: string | null;
  /** JSON list of `{ key, value }`. */
  resource_tags: string;
  tag_mutability: TagMutabilityMode;
  /** JSON list of wildcards. */
  tag_mutability_exclusions: string;
  repository_policy: string | null;
  lifecycle_policy: string | null;
  /** JSON list of reasons. */
  applied_for: string;
  custom_role_arn: string | null;
  created_at: number;
  updated_at: number;
}
