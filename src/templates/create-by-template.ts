import { actAsRole } from '../identity/act-as-role.ts';
import { authorize } from '../identity/authorize.ts';
import type { Caller } from '../identity/caller.ts';
import { type CheckedPolicy, checkPolicy, policyRow } from '../identity/policy-on-resource.ts';
import { parsePolicy } from '../lifecycle/parse-policy.ts';
import { placePolicy } from '../lifecycle/put-policy.ts';
import { createRepository } from '../registry/create-repository.ts';
import { PolicyTextInvalid } from '../registry/refusals.ts';
import type { Repository } from '../registry/repository.ts';
import { putResourcePolicy } from '../storage/metadata/resource-policies.ts';
import { repositoryArn } from '../values/arn.ts';
import type { RepositoryCreated } from '../values/change.ts';
import { Refusal } from '../values/refusal.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import type { CreationTemplate } from './creation-template.ts';
import { namedTemplates } from './creation-templates.ts';
import { type AppliedFor, prefixesOf, templateFor } from './match.ts';
import { TemplateCannotApply } from './refusals.ts';

const SERVICE = 'ecr.amazonaws.com';

const REASONS: Readonly<Record<AppliedFor, RepositoryCreated['reason']>> = {
  CREATE_ON_PUSH: 'push',
  REPLICATION: 'replication',
  PULL_THROUGH_CACHE: 'pull-through',
};

/** The repository that is to be made, and why. */
export interface ByUse {
  readonly registry: RegistryId;
  readonly repositoryName: string;
  readonly reason: AppliedFor;
}

/** The template by which such a repository would be made; undefined when there is none. */
export async function findTemplate(
  world: Pick<World, 'metadata'>,
  { registry, repositoryName, reason }: ByUse,
): Promise<CreationTemplate | undefined> {
  return templateFor(await namedTemplates(world, registry, prefixesOf(repositoryName)), repositoryName, reason);
}

/**
 * Makes the repository as the template says, with its policies, in one transaction. Who uses it has been allowed to
 * create it. A template with tags or a KMS key needs a role, which must trust ECR and have the rights that these need.
 * ECR User Guide, "Repository creation templates".
 *
 * @throws TemplateCannotApply, RepositoryAlreadyExists, LimitExceeded
 */
export async function createByTemplate(world: World, template: CreationTemplate, use: ByUse): Promise<Repository> {
  const cannot = (why: string) =>
    TemplateCannotApply({ repositoryName: use.repositoryName, prefix: template.prefix, why });
  const prepared = await prepare(world, template, use).catch((error: unknown) => {
    throw error instanceof Refusal ? cannot(error.message) : error;
  });
  if (!prepared) throw cannot('its tags or its KMS key need a customRoleArn');

  const { registry, repositoryName, reason } = use;
  const { lifecyclePolicy, tags, tagMutability } = template;
  const { caller, policy } = prepared;
  const { type, kmsKey } = template.encryption;
  const creating = createRepository(world, {
    registry,
    repositoryName,
    tags,
    tagMutability,
    encryption: { type, ...(kmsKey !== undefined && { kmsKey }), ...(caller && { caller }) },
    reason: REASONS[reason],
    async furnish(tx, repository) {
      if (policy) {
        await putResourcePolicy(tx, policyRow(world, { kind: 'repository', resource_id: repository.id }, policy));
      }
      if (lifecyclePolicy !== undefined) await placePolicy(world, tx, repository, lifecyclePolicy);
    },
  });
  return creating.catch((error: unknown) => {
    throw error instanceof Refusal && error.code === 'KmsException' ? cannot(error.message) : error;
  });
}

interface Prepared {
  /** Who makes it; undefined where that is ECR itself. */
  readonly caller: Caller | undefined;
  readonly policy: CheckedPolicy | undefined;
}

/** What must be looked at before the transaction; undefined where a role is missing. */
async function prepare(
  world: World,
  { customRoleArn: roleArn, tags, encryption, repositoryPolicy, lifecyclePolicy }: CreationTemplate,
  { registry, repositoryName }: ByUse,
): Promise<Prepared | undefined> {
  if (roleArn === undefined && (tags.length > 0 || encryption.type !== 'AES256')) return undefined;
  const { region } = registry;
  const caller = roleArn === undefined ? undefined : await actAsRole(world, { roleArn, service: SERVICE, region });
  if (caller) {
    for (const action of ['ecr:CreateRepository', ...(tags.length > 0 ? ['ecr:TagResource'] : [])]) {
      await authorize(world, caller, {
        action,
        resources: [repositoryArn(registry, repositoryName)],
        conditions: [
          ...tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value] as const),
          ...(tags.length > 0 ? [['aws:TagKeys', tags.map((it) => it.key)] as const] : []),
        ],
      });
    }
  }
  if (lifecyclePolicy !== undefined) parsePolicy(lifecyclePolicy, { extensions: world.rules.lifecycleExtensions });
  const invalid = (why: string) => PolicyTextInvalid({ of: 'repository', why });
  const policy =
    repositoryPolicy === undefined ? undefined : await checkPolicy(world, 'repository', repositoryPolicy, invalid);
  return { caller, policy };
}
