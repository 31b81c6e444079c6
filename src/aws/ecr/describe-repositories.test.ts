import { DescribeRepositoriesCommand, type ECRClient, paginateDescribeRepositories } from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, test } from 'vitest';
import { call } from '../../../test/aws/call.ts';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { aManifest, pushLayer } from '../../../test/manifests.ts';
import { ownBerth, sharedBerth } from '../../../test/shared-berth.ts';
import { putImage } from '../../registry/put-image.ts';

const notFound = () =>
  `The repository with name 'none' does not exist in the registry with id '${berth.registry.account}'`;

const shared = sharedBerth();
let berth: TestBerth;
let ecr: ECRClient;
beforeEach(async () => start(await shared.account()));

async function start(own: TestBerth): Promise<void> {
  berth = own;
  ecr = ecrClient(berth);
}

describe('DescribeRepositories', () => {
  test('pages by name through all of them, once each', async () => {
    for (const name of ['c', 'a/b', 'a', 'b'].map((it) => `x${it}`)) await berth.createRepository(name);

    const pages = await Array.fromAsync(paginateDescribeRepositories({ client: ecr, pageSize: 3 }, {}));

    const names = pages.map((page) => page.repositories?.map((it) => it.repositoryName));
    expect(names).toEqual([['xa', 'xa/b', 'xb'], ['xc']]);
    expect(pages.at(-1)?.nextToken).toBeUndefined();
  });

  test('gives a hundred when no number is said', async () => {
    for (let i = 0; i < 101; i++) await berth.createRepository(`r${i}`);

    const { repositories, nextToken } = await ecr.send(new DescribeRepositoriesCommand({}));

    expect(repositories).toHaveLength(100);
    expect(nextToken).toEqual(expect.any(String));
  });

  test('gives those that are named, each once, and fails for the first that is missing', async () => {
    for (const name of ['xa', 'xb', 'xc']) await berth.createRepository(name);

    const named = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['xc', 'xa', 'xc'] }));
    const missing = ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['xa', 'none', 'never'] }));

    expect(named.repositories?.map((it) => it.repositoryName)).toEqual(['xc', 'xa']);
    await expect(missing).rejects.toEqual(refused('RepositoryNotFoundException', notFound()));
  });

  test.each<[string, Record<string, unknown>]>([
    ['maxResults', { maxResults: 5 }],
    ['nextToken', { nextToken: 'x' }],
  ])('refuses %s beside names', async (member, paging) => {
    const describing = ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['app'], ...paging }));

    await expect(describing).rejects.toEqual(
      refused(
        'InvalidParameterException',
        `Invalid parameter at '${member}' failed to satisfy constraint: '${member} cannot be specified when repositoryNames are specified'`,
      ),
    );
  });

  test('refuses a token of another list', async () => {
    await berth.createRepository('app');
    const manifest = aManifest({ config: await pushLayer(berth.world, berth.registry, 'app', Buffer.from('{}')) });
    const into = { registry: berth.registry, repositoryName: 'app' };
    await putImage(berth.world, { ...into, manifest, tags: ['v1', 'v2'] });
    const { json } = await call(berth, 'ListImages', { body: { repositoryName: 'app', maxResults: 1 } });

    const describing = ecr.send(new DescribeRepositoriesCommand({ nextToken: String(json['nextToken']) }));

    await expect(describing).rejects.toEqual(refused('InvalidParameterException', /'nextToken'.*Invalid next token/));
  });

  test('names repositories by a host of ECR where the caller used one', async () => {
    await berth.createRepository('app');

    const { json } = await call(berth, 'DescribeRepositories', {
      headers: { host: 'api.ecr.us-east-1.amazonaws.com' },
    });

    expect(json['repositories']).toMatchObject([
      {
        repositoryUri: `${berth.registry.account}.dkr.ecr.us-east-1.amazonaws.com/app`,
        createdAt: berth.world.clock.now().getTime() / 1000,
      },
    ]);
  });

  test('shows each region its own', async () => {
    await start(await ownBerth());
    await berth.restart({ region: ['us-east-1', 'eu-central-1'] });
    await berth.createRepository('app');

    const other = await ecrClient(berth, { region: 'eu-central-1' }).send(new DescribeRepositoriesCommand({}));

    expect(other.repositories).toEqual([]);
  });
});
