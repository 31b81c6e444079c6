import { listTemplates, namedTemplates } from '../../templates/creation-templates.ts';
import type {
  DescribeRepositoryCreationTemplatesRequest,
  DescribeRepositoryCreationTemplatesResponse,
} from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { describeTemplate } from './creation-template.ts';
import { nextPage, pageOf, refusePaging } from './paging.ts';

/** Those of the templates named that there are, or a page of all of them by prefix. API_DescribeRepositoryCreationTemplates. */
export const DescribeRepositoryCreationTemplates = operation<
  DescribeRepositoryCreationTemplatesRequest,
  DescribeRepositoryCreationTemplatesResponse
>({
  service: 'ecr',
  name: 'DescribeRepositoryCreationTemplates',
  action: 'ecr:DescribeRepositoryCreationTemplates',
  resource: () => '*',

  async handle(input, { world, registry }) {
    const { prefixes = [] } = input;
    const registryId = registry.account;
    if (prefixes.length > 0) {
      refusePaging(input, 'prefixes');
      const templates = await namedTemplates(world, registry, prefixes);
      return { registryId, repositoryCreationTemplates: templates.map(describeTemplate) };
    }
    const listing = { operation: 'DescribeRepositoryCreationTemplates', registry };
    const { templates, next } = await listTemplates(world, registry, pageOf(world, listing, input));
    return {
      registryId,
      repositoryCreationTemplates: templates.map(describeTemplate),
      ...nextPage(world, listing, next),
    };
  },
});
