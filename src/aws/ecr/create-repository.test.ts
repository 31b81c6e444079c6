import { CreateRepositoryCommand, DescribeRepositoriesCommand, type ECRClient } from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { sharedBerth } from '../../../test/shared-berth.ts';

const shared = sharedBerth();
let berth: TestBerth;
let ecr: ECRClient;
beforeEach(async () => {
  berth = await shared.account();
  ecr = ecrClient(berth);
});

describe('CreateRepository', () => {
  test('answers everything that Terraform reads, with the defaults of ECR', async () => {
    const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName: 'team/app' }));

    expect(repository).toEqual({
      repositoryArn: `arn:aws:ecr:us-east-1:${berth.registry.account}:repository/team/app`,
      registryId: berth.registry.account,
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

  test('refuses a name that is taken', async () => {
    await berth.createRepository('taken');

    await expect(ecr.send(new CreateRepositoryCommand({ repositoryName: 'taken' }))).rejects.toEqual(
      refused(
        'RepositoryAlreadyExistsException',
        `The repository with name 'taken' already exists in the registry with id '${berth.registry.account}'`,
      ),
    );
  });

  test.each<[string, Record<string, unknown>, string, string | RegExp]>([
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
  ])('refuses %s', async (_, input, code, message) => {
    const creating = ecr.send(new CreateRepositoryCommand({ repositoryName: 'app', ...input }));

    await expect(creating).rejects.toEqual(refused(code, message));
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}));
    expect(repositories).toEqual([]);
  });

  test('refuses a key that is not there', async () => {
    const encryptionConfiguration = { encryptionType: 'KMS', kmsKey: 'alias/none' } as const;
    const creating = ecr.send(new CreateRepositoryCommand({ repositoryName: 'app', encryptionConfiguration }));

    await expect(creating).rejects.toEqual(
      refused('KmsException', `Alias arn:aws:kms:us-east-1:${berth.registry.account}:alias/none is not found.`, {
        kmsError: 'NotFoundException',
      }),
    );
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}));
    expect(repositories).toEqual([]);
  });
});
