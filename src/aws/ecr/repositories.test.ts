import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  PutImageTagMutabilityCommand,
  paginateDescribeRepositories,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { call } from '../../../test/aws/call.ts';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { aManifest, pushLayer } from '../../../test/manifests.ts';
import { putImage } from '../../registry/put-image.ts';

const NOT_FOUND = "The repository with name 'none' does not exist in the registry with id '123456789012'";

let berth: TestBerth;
let ecr: ECRClient;
beforeEach(async () => {
  berth = await startBerth();
  ecr = ecrClient(berth);
});
afterEach(() => berth.stop());

describe('CreateRepository', () => {
  test('answers everything that Terraform reads, with the defaults of ECR', async () => {
    const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName: 'team/app' }));

    expect(repository).toEqual({
      repositoryArn: 'arn:aws:ecr:us-east-1:123456789012:repository/team/app',
      registryId: '123456789012',
      repositoryName: 'team/app',
      repositoryUri: `${berth.host}/team/app`,
      createdAt: berth.world.clock.now(),
      imageTagMutability: 'MUTABLE',
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: 'AES256' },
    });
  });

  test('keeps what it is told', async () => {
    const imageTagMutabilityExclusionFilters = [{ filterType: 'WILDCARD', filter: 'dev-*' } as const];
    const told = {
      repositoryName: 'app',
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters,
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: { encryptionType: 'AES256' },
    } as const;

    const { repository } = await ecr.send(new CreateRepositoryCommand(told));
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}));

    expect(repository).toMatchObject(told);
    expect(repositories).toEqual([repository]);
  });

  test.each<[string, Record<string, unknown>, string, string | RegExp]>([
    [
      'a name that is taken',
      { repositoryName: 'taken' },
      'RepositoryAlreadyExistsException',
      "The repository with name 'taken' already exists in the registry with id '123456789012'",
    ],
    [
      'a name in capitals',
      { repositoryName: 'Taken' },
      'InvalidParameterException',
      /^Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '.*''$/,
    ],
    [
      'a mode that needs filters without them',
      { imageTagMutability: 'MUTABLE_WITH_EXCLUSION' },
      'InvalidParameterException',
      "Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint: 'ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as MUTABLE_WITH_EXCLUSION'",
    ],
    ['a reserved tag', { tags: [{ Key: 'aws:x', Value: '' }] }, 'InvalidTagParameterException', /aws:/],
    [
      'a tag twice',
      {
        tags: [
          { Key: 'a', Value: '1' },
          { Key: 'a', Value: '2' },
        ],
      },
      'InvalidTagParameterException',
      /'a'/,
    ],
    [
      '51 tags',
      { tags: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' })) },
      'TooManyTagsException',
      /50/,
    ],
    [
      'encryption by KMS, which is not there',
      { encryptionConfiguration: { encryptionType: 'KMS' } },
      'KmsException',
      /no KMS/,
    ],
  ])('refuses %s', async (_, input, code, message) => {
    await berth.createRepository('taken');

    const creating = ecr.send(new CreateRepositoryCommand({ repositoryName: 'app', ...input }));

    await expect(creating).rejects.toEqual(
      refused(code, message, code === 'KmsException' ? { kmsError: 'NotFoundException' } : {}),
    );
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}));
    expect(repositories).toHaveLength(1);
  });
});

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
    await expect(missing).rejects.toEqual(refused('RepositoryNotFoundException', NOT_FOUND));
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
        repositoryUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/app',
        createdAt: berth.world.clock.now().getTime() / 1000,
      },
    ]);
  });

  test('shows each region its own', async () => {
    await berth.restart({ region: ['us-east-1', 'eu-central-1'] });
    await berth.createRepository('app');

    const other = await ecrClient(berth, { region: 'eu-central-1' }).send(new DescribeRepositoriesCommand({}));

    expect(other.repositories).toEqual([]);
  });
});

describe('DeleteRepository', () => {
  test('answers what the repository was, and it is gone', async () => {
    const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }));

    const deleted = await ecr.send(new DeleteRepositoryCommand({ repositoryName: 'app' }));

    expect(deleted.repository).toEqual(repository);
    await expect(ecr.send(new DeleteRepositoryCommand({ repositoryName: 'app' }))).rejects.toEqual(
      refused('RepositoryNotFoundException', NOT_FOUND.replace('none', 'app')),
    );
  });

  test('refuses one with images unless forced', async () => {
    await berth.createRepository('app');
    const manifest = aManifest({ config: await pushLayer(berth.world, berth.registry, 'app', Buffer.from('{}')) });
    await putImage(berth.world, { registry: berth.registry, repositoryName: 'app', manifest, tags: [] });

    await expect(ecr.send(new DeleteRepositoryCommand({ repositoryName: 'app' }))).rejects.toEqual(
      refused(
        'RepositoryNotEmptyException',
        "The repository with name 'app' in registry with id '123456789012' cannot be deleted because it still contains images",
      ),
    );
    await ecr.send(new DeleteRepositoryCommand({ repositoryName: 'app', force: true }));

    expect((await ecr.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
  });
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

    expect(set).toMatchObject({ registryId: '123456789012', ...excluding });
    expect(plain).toMatchObject({ registryId: '123456789012', repositoryName: 'app', imageTagMutability: 'IMMUTABLE' });
    expect(plain.imageTagMutabilityExclusionFilters).toBeUndefined();
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}));
    expect(repositories?.[0]).not.toHaveProperty('imageTagMutabilityExclusionFilters');
  });

  test('looks for the repository before it looks at filters', async () => {
    const wrong = { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' } as const;
    await berth.createRepository('app');

    await expect(ecr.send(new PutImageTagMutabilityCommand({ repositoryName: 'none', ...wrong }))).rejects.toEqual(
      refused('RepositoryNotFoundException', NOT_FOUND),
    );
    await expect(ecr.send(new PutImageTagMutabilityCommand({ repositoryName: 'app', ...wrong }))).rejects.toEqual(
      refused('InvalidParameterException', /can't be null when imageTagMutability is set as IMMUTABLE_WITH_EXCLUSION/),
    );
  });
});
