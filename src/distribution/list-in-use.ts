import { listInUse } from '../in-use/list-in-use.ts';
import { repositoryArn } from '../values/arn.ts';
import type { Endpoint } from './endpoint.ts';
import { nextLink, pageSize } from './pages.ts';
import { sendJson } from './send-json.ts';

/** The images of the repository that were reported to be in use, by digest, a page at a time. */
export const ListInUse: Endpoint = {
  action: 'ecr:ListImages',
  recordedAs: 'ListImagesInUse',
  resources: ({ repositoryName }, registry) => [repositoryArn(registry, repositoryName)],

  async handle({ world, registry, repositoryName, query, answer }) {
    const limit = Math.max(1, pageSize(query, world.rules.fidelity));
    const after = query.first('last') || undefined;
    const { images, next } = await listInUse(world, registry, repositoryName, { after, limit });
    const path = `/v2/${repositoryName}/_berth/in-use`;
    sendJson(answer, 200, { images }, nextLink(path, [['n', String(limit)]], next));
  },
};
