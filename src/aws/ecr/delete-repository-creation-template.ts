import { deleteTemplate } from '../../templates/creation-templates.ts';
import type {
  DeleteRepositoryCreationTemplateRequest,
  DeleteRepositoryCreationTemplateResponse,
} from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { describeTemplate } from './creation-template.ts';

/** Removes a template; repositories that were made by it stay. API_DeleteRepositoryCreationTemplate. */
export const DeleteRepositoryCreationTemplate = operation<
  DeleteRepositoryCreationTemplateRequest,
  DeleteRepositoryCreationTemplateResponse
>({
  service: 'ecr',
  name: 'DeleteRepositoryCreationTemplate',
  action: 'ecr:DeleteRepositoryCreationTemplate',
  resource: () => '*',

  async handle({ prefix }, { world, registry }) {
    const template = await deleteTemplate(world, registry, prefix);
    return { registryId: registry.account, repositoryCreationTemplate: describeTemplate(template) };
  },
});
