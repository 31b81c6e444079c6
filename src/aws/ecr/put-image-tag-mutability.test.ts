import { DescribeRepositoriesCommand, type ECRClient, PutImageTagMutabilityCommand } from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { sharedBerth } from '../../../test/shared-berth.ts';

const notFound = () =>
  `The repository with name 'none' does not exist in the registry with id '${berth.registry.account}'`;

const shared = sharedBerth();
let berth: TestBerth;
let ecr: ECRClient;
beforeEach(async () => {
  berth = await shared.account();
  ecr = ecrClient(berth);
});

describe('PutImageTagMutability', () => {
  test('sets mode and filters together, and a plain mode takes the filters away', async () => {
    await berth.createRepository('app');
    const filters = [{ filterType: 'WILDCARD', filter: '*-rc' } as const];
    const excluding = {
      repositoryName: 'app',
      imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: filters,
    } as const;

    const set = await ecr.send(new PutImageTagMutabilityCommand(excluding));
    const plain = await ecr.send(
      new PutImageTagMutabilityCommand({ repositoryName: 'app', imageTagMutability: 'IMMUTABLE' }),
    );

    expect(set).toMatchObject({ registryId: berth.registry.account, ...excluding });
    expect(plain).toMatchObject({
      registryId: berth.registry.account,
      repositoryName: 'app',
      imageTagMutability: 'IMMUTABLE',
    });
    expect(plain.imageTagMutabilityExclusionFilters).toBeUndefined();
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}));
    expect(repositories?.[0]).not.toHaveProperty('imageTagMutabilityExclusionFilters');
  });

  test('looks for the repository before it looks at filters', async () => {
    const wrong = { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' } as const;
    await berth.createRepository('app');

    await expect(ecr.send(new PutImageTagMutabilityCommand({ repositoryName: 'none', ...wrong }))).rejects.toEqual(
      refused('RepositoryNotFoundException', notFound()),
    );
    await expect(ecr.send(new PutImageTagMutabilityCommand({ repositoryName: 'app', ...wrong }))).rejects.toEqual(
      refused('InvalidParameterException', /can't be null when imageTagMutability is set as IMMUTABLE_WITH_EXCLUSION/),
    );
  });
});
