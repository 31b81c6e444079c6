import { checkPolicy } from '../identity/policy-on-resource.ts';
import { parsePolicy } from '../lifecycle/parse-policy.ts';
import { checkTagMutability } from '../registry/check-tag-mutability.ts';
import { checkTags } from '../registry/check-tags.ts';
import { InvalidParameter, PolicyTextInvalid } from '../registry/refusals.ts';
import { Refusal } from '../values/refusal.ts';
import type { World } from '../world.ts';
import type { CreationTemplate } from './creation-template.ts';

/**
 * Whether a repository could be like this, as far as can be said before there is one: each setting is checked as the
 * operation checks it that gives it to a repository.
 *
 * @throws InvalidParameter, PolicyTextInvalid, PolicyInvalid (of a lifecycle policy)
 */
export async function checkTemplate(
  world: Pick<World, 'metadata' | 'rules'>,
  { appliedFor, tags, tagMutability, encryption, repositoryPolicy, lifecyclePolicy }: CreationTemplate,
): Promise<void> {
  if (appliedFor.length === 0) {
    throw InvalidParameter({
      member: 'appliedFor',
      constraint: 'Member must have length greater than or equal to 1',
    });
  }
  try {
    checkTags(tags, world.rules.limits.tagsPerRepository);
  } catch (error) {
    // The operations of templates have no errors of their own for tags.
    if (error instanceof Refusal) throw InvalidParameter({ member: 'resourceTags', constraint: error.message });
    throw error;
  }
  checkTagMutability(tagMutability);
  if (encryption.type === 'AES256' && encryption.kmsKey !== undefined) {
    throw InvalidParameter({
      member: 'encryptionConfiguration',
      constraint: 'A KMS key can only be given when the encryptionType is KMS or KMS_DSSE',
    });
  }
  if (repositoryPolicy !== undefined) {
    await checkPolicy(world, 'repository', repositoryPolicy, (why) => PolicyTextInvalid({ of: 'repository', why }));
  }
  if (lifecyclePolicy !== undefined) {
    parsePolicy(lifecyclePolicy, { extensions: world.rules.lifecycleExtensions });
  }
}
