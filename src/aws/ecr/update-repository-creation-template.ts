import { InvalidParameter } from '../../registry/refusals.ts';
import { updateTemplate } from '../../templates/creation-templates.ts';
import type {
  UpdateRepositoryCreationTemplateRequest,
  UpdateRepositoryCreationTemplateResponse,
} from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { askForTemplate, describeTemplate } from './creation-template.ts';
import { mutabilityOf } from './describe-repository.ts';
import { storedTags } from './tags.ts';

/**
 * Changes what a template says; what is not named stays, and an empty text takes a policy, a description or a role away.
 * API_UpdateRepositoryCreationTemplate.
 */
export const UpdateRepositoryCreationTemplate = operation<
  UpdateRepositoryCreationTemplateRequest,
  UpdateRepositoryCreationTemplateResponse
>({
  service: 'ecr',
  name: 'UpdateRepositoryCreationTemplate',
  action: 'ecr:UpdateRepositoryCreationTemplate',
  resource: () => '*',

  async handle(input, call) {
    if (input.imageTagMutabilityExclusionFilters && !input.imageTagMutability) {
      // They belong to the mode: alone they would say nothing of whether tags they match move.
      const constraint = 'It can only be given together with imageTagMutability';
      throw InvalidParameter({ member: 'imageTagMutabilityExclusionFilters', constraint });
    }
    await askForTemplate(call, input);
    const { encryptionConfiguration: encryption, resourceTags, imageTagMutability, appliedFor } = input;
    const template = await updateTemplate(call.world, {
      registry: call.registry,
      prefix: input.prefix,
      description: given(input.description),
      ...(encryption && {
        encryption: { type: encryption.encryptionType, kmsKey: encryption.kmsKey || undefined },
      }),
      ...(resourceTags && { tags: storedTags(resourceTags) }),
      ...(imageTagMutability && { tagMutability: mutabilityOf(input) }),
      repositoryPolicy: given(input.repositoryPolicy),
      lifecyclePolicy: given(input.lifecyclePolicy),
      ...(appliedFor && { appliedFor }),
      customRoleArn: given(input.customRoleArn),
    });
    return { registryId: call.registry.account, repositoryCreationTemplate: describeTemplate(template) };
  },
});

/** An empty text takes away. */
function given(text: string | undefined): string | null | undefined {
  return text === '' ? null : text;
}
