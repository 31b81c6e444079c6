import { getRepository } from '../registry/get-repository.ts';
import { listTags } from '../registry/list-tags.ts';
import { repositoryArn } from '../values/arn.ts';
import type { Endpoint } from './endpoint.ts';
import { nextLink, pageSize } from './pages.ts';
import { sendJson } from './send-json.ts';

/** The repository's tags in the order of their bytes, a page at a time. distribution-spec 1.1, end-8a and 8b. */
export const ListTags: Endpoint = {
  action: 'ecr:ListImages',
  resources: ({ repositoryName }, registry) => [repositoryArn(registry, repositoryName)],

  async handle({ world, registry, repositoryName, query, answer }) {
    const { fidelity } = world.rules;
    const limit = pageSize(query, fidelity);
    const after = query.first('last');

    const page = limit === 0 ? await emptyPage() : await listTags(world, registry, repositoryName, { after, limit });

    sendJson(
      answer,
      200,
      { name: repositoryName, tags: page.tags },
      {
        ...nextLink(`/v2/${repositoryName}/tags/list`, [['n', String(limit)]], page.next),
        ...(fidelity === 'aws-strict' && { 'Content-Type': 'text/plain; charset=utf-8' }),
      },
    );

    // n=0 asks for an empty list without a Link, but still of a repository that exists.
    async function emptyPage(): Promise<{ tags: string[]; next?: string }> {
      await getRepository(world, registry, repositoryName);
      return { tags: [] };
    }
  },
};
