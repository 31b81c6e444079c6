import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
} from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { aManifest, pushLayer } from '../../../test/manifests.ts';
import { sharedBerth } from '../../../test/shared-berth.ts';
import { putImage } from '../../registry/put-image.ts';

const notFound = () =>
  `The repository with name 'none' does not exist in the registry with id '${berth.registry.account}'`;

const shared = sharedBerth();
let berth: TestBerth;
let ecr: ECRClient;
beforeEach(async () => {
  berth = await shared.account();
  ecr = ecrClient(berth);
});

describe('DeleteRepository', () => {
  test('answers what the repository was, and it is gone', async () => {
    const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }));

    const deleted = await ecr.send(new DeleteRepositoryCommand({ repositoryName: 'app' }));

    expect(deleted.repository).toEqual(repository);
    await expect(ecr.send(new DeleteRepositoryCommand({ repositoryName: 'app' }))).rejects.toEqual(
      refused('RepositoryNotFoundException', notFound().replace('none', 'app')),
    );
  });

  test('refuses one with images unless forced', async () => {
    await berth.createRepository('app');
    const manifest = aManifest({ config: await pushLayer(berth.world, berth.registry, 'app', Buffer.from('{}')) });
    await putImage(berth.world, { registry: berth.registry, repositoryName: 'app', manifest, tags: [] });

    await expect(ecr.send(new DeleteRepositoryCommand({ repositoryName: 'app' }))).rejects.toEqual(
      refused(
        'RepositoryNotEmptyException',
        `The repository with name 'app' in registry with id '${berth.registry.account}' cannot be deleted because it still contains images`,
      ),
    );
    await ecr.send(new DeleteRepositoryCommand({ repositoryName: 'app', force: true }));

    expect((await ecr.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
  });
});
