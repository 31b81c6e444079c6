import { listRepositories } from '../registry/list-repositories.ts';
import { repositoryArn } from '../values/arn.ts';
import type { Endpoint } from './endpoint.ts';
import { nextLink, pageSize } from './pages.ts';
import { sendJson } from './send-json.ts';

/**
 * The names of the registry's repositories, a page at a time. As with DescribeRepositories, who may list them may know
 * all of their names. Docker registry API.
 */
export const Catalog: Endpoint = {
  action: 'ecr:DescribeRepositories',
  resources: (_parts, registry) => [repositoryArn(registry, '*')],

  async handle({ world, registry, query, answer }) {
    const limit = pageSize(query, world.rules.fidelity);
    const after = query.first('last');

    const page = limit === 0 ? { repositories: [] } : await listRepositories(world, registry, { after, limit });

    const names = page.repositories.map((it) => it.name);
    sendJson(answer, 200, { repositories: names }, nextLink('/v2/_catalog', [['n', String(limit)]], page.next));
  },
};
