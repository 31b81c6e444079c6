import { getRepository } from '../../registry/get-repository.ts';
import { listRepositories } from '../../registry/list-repositories.ts';
import { repositoryArn } from '../../values/arn.ts';
import type { DescribeRepositoriesRequest, DescribeRepositoriesResponse } from '../model/ecr.ts';
import { type Call, operation } from '../operation.ts';
import { describeRepository } from './describe-repository.ts';
import { nextPage, pageOf, refusePaging } from './paging.ts';
import { registryOf } from './registry.ts';

/** The repositories named, or a page of all of them by name. API_DescribeRepositories. */
export const DescribeRepositories = operation<DescribeRepositoriesRequest, DescribeRepositoriesResponse>({
  service: 'ecr',
  name: 'DescribeRepositories',
  action: 'ecr:DescribeRepositories',
  resource(input, call) {
    const registry = registryOf(input, call);
    const [first = '*', ...others] = input.repositoryNames ?? [];
    return [repositoryArn(registry, first), ...others.map((it) => repositoryArn(registry, it))];
  },

  async handle(input, call) {
    if (input.repositoryNames !== undefined) return describeNamed(input, input.repositoryNames, call);
    const registry = registryOf(input, call);
    const listing = { operation: 'DescribeRepositories', registry };
    const page = pageOf(call.world, listing, input);
    const { repositories, next } = await listRepositories(call.world, registry, page);
    return {
      repositories: repositories.map((it) => describeRepository(it, call)),
      ...nextPage(call.world, listing, next),
    };
  },
});

/** All that are named, or none: the first that is missing fails the call. */
async function describeNamed(
  input: DescribeRepositoriesRequest,
  names: readonly string[],
  call: Call,
): Promise<DescribeRepositoriesResponse> {
  refusePaging(input, 'repositoryNames');
  const repositories = [];
  for (const name of new Set(names)) {
    repositories.push(describeRepository(await getRepository(call.world, registryOf(input, call), name), call));
  }
  return { repositories };
}
