import { createTemplate } from '../../templates/creation-templates.ts';
import type {
  CreateRepositoryCreationTemplateRequest,
  CreateRepositoryCreationTemplateResponse,
} from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { askForTemplate, describeTemplate } from './creation-template.ts';
import { mutabilityOf } from './describe-repository.ts';
import { storedTags } from './tags.ts';

/** Says what repositories below a prefix shall be like when use makes them. API_CreateRepositoryCreationTemplate. */
export const CreateRepositoryCreationTemplate = operation<
  CreateRepositoryCreationTemplateRequest,
  CreateRepositoryCreationTemplateResponse
>({
  service: 'ecr',
  name: 'CreateRepositoryCreationTemplate',
  action: 'ecr:CreateRepositoryCreationTemplate',
  resource: () => '*',

  async handle(input, call) {
    await askForTemplate(call, input);
    const { encryptionType, kmsKey } = input.encryptionConfiguration ?? { encryptionType: 'AES256' };
    const template = await createTemplate(call.world, call.caller, {
      registry: call.registry,
      prefix: input.prefix,
      description: input.description,
      encryption: { type: encryptionType, kmsKey: kmsKey || undefined },
      tags: storedTags(input.resourceTags ?? []),
      tagMutability: mutabilityOf(input),
      repositoryPolicy: input.repositoryPolicy || undefined,
      lifecyclePolicy: input.lifecyclePolicy || undefined,
      appliedFor: input.appliedFor,
      customRoleArn: input.customRoleArn || undefined,
    });
    return { registryId: call.registry.account, repositoryCreationTemplate: describeTemplate(template) };
  },
});
