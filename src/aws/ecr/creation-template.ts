import { authorize } from '../../identity/authorize.ts';
import type { CreationTemplate } from '../../templates/creation-template.ts';
import { ROOT } from '../../templates/match.ts';
import { repositoryArn } from '../../values/arn.ts';
import type { RepositoryCreationTemplate } from '../model/ecr.ts';
import type { Call } from '../operation.ts';
import { describeMutability, encryptionTypeOf } from './describe-repository.ts';
import { askToPassCustomRole } from './pass-role.ts';
import { describeTags } from './tags.ts';

/** A repository creation template as the API shows it. */
export function describeTemplate(template: CreationTemplate): RepositoryCreationTemplate {
  const { description, encryption, tags, repositoryPolicy, lifecyclePolicy, customRoleArn } = template;
  return {
    prefix: template.prefix,
    ...(description !== undefined && { description }),
    encryptionConfiguration: {
      encryptionType: encryptionTypeOf(encryption.type),
      ...(encryption.kmsKey !== undefined && { kmsKey: encryption.kmsKey }),
    },
    ...(tags.length > 0 && { resourceTags: describeTags(tags) }),
    ...describeMutability(template.tagMutability),
    ...(repositoryPolicy !== undefined && { repositoryPolicy }),
    ...(lifecyclePolicy !== undefined && { lifecyclePolicy }),
    appliedFor: template.appliedFor,
    ...(customRoleArn !== undefined && { customRoleArn }),
    createdAt: template.createdAt,
    updatedAt: template.updatedAt,
  };
}

interface Given {
  readonly prefix: string;
  readonly repositoryPolicy?: string;
  readonly lifecyclePolicy?: string;
  readonly customRoleArn?: string;
}

/**
 * Asks for what a template gives to repositories beside their settings: policies, and a role that ECR acts with. ECR User
 * Guide, "IAM permissions for creating repository creation templates".
 *
 * @throws InvalidParameter, AccessDenied
 */
export async function askForTemplate(
  call: Call,
  { prefix, repositoryPolicy, lifecyclePolicy, customRoleArn }: Given,
): Promise<void> {
  const below = prefix === ROOT ? '*' : prefix.endsWith('/') ? `${prefix}*` : `${prefix}/*`;
  const resources = [repositoryArn(call.registry, below)];
  const actions = [
    ...(repositoryPolicy ? ['ecr:SetRepositoryPolicy'] : []),
    ...(lifecyclePolicy ? ['ecr:PutLifecyclePolicy'] : []),
  ];
  for (const action of actions) await authorize(call.world, call.caller, { action, resources });
  if (customRoleArn) await askToPassCustomRole(call, customRoleArn, 'ecr.amazonaws.com');
}
