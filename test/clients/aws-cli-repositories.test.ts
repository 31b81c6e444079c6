import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { awsCalls, findAwsClis, tagged } from './aws-cli.ts';
import { newest, sayMissing } from './client.ts';
import { run } from './run.ts';
import { onStage, useStage } from './stage.ts';

const clis = findAwsClis();
if (clis.length === 0) sayMissing('AWS CLI', ['aws']);

describe.each(clis)('$title', (cli) => {
  const stage = useStage();
  const aws = awsCalls(stage, cli, 'ecr');

  test('get-login-password prints what a registry client logs in with', async () => {
    const address = await tagged(stage, 'cli/login', '1');
    const password = await aws.text('get-login-password');

    const tags = await onStage(stage, newest('skopeo'))(
      'list-tags',
      '--creds',
      `AWS:${password}`,
      `docker://${address}`,
    );
    expect(JSON.parse(tags)).toMatchObject({ Tags: ['1'] });
  });

  test('a repository is created, described, tagged, untagged and deleted', async () => {
    const name = ['--repository-name', 'cli/life'];
    const { repository } = await aws.json('create-repository', ...name, '--tags', 'Key=team,Value=a b');
    expect(repository).toMatchObject({
      repositoryName: 'cli/life',
      registryId: stage.registry.account,
      repositoryArn: `arn:aws:ecr:${stage.registry.region}:${stage.registry.account}:repository/cli/life`,
      repositoryUri: `${stage.registry.host}/cli/life`,
      imageTagMutability: 'MUTABLE',
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: 'AES256' },
    });
    const arn = [
      '--resource-arn',
      `arn:aws:ecr:${stage.registry.region}:${stage.registry.account}:repository/cli/life`,
    ];
    await aws.json('tag-resource', ...arn, '--tags', 'Key=stage,Value=test');
    await aws.json('untag-resource', ...arn, '--tag-keys', 'team');

    expect(await aws.json('list-tags-for-resource', ...arn)).toEqual({ tags: [{ Key: 'stage', Value: 'test' }] });
    expect(await aws.json('describe-repositories', '--repository-names', 'cli/life')).toEqual({
      repositories: [repository],
    });

    expect(await aws.json('delete-repository', ...name)).toEqual({ repository });
    const gone = await aws.outcome('describe-repositories', '--repository-names', 'cli/life');
    expect(gone.code).not.toBe(0);
    expect(gone.stderr).toContain('(RepositoryNotFoundException) when calling the DescribeRepositories operation');
    expect(gone.stderr).toContain(
      `The repository with name 'cli/life' does not exist in the registry with id '${stage.registry.account}'`,
    );
  });

  // What follows the distribution's version does not know, or would only say again.
  if (!cli.knowsAll) return;

  test('a repository that exists is refused, and one with images is deleted only by force', async () => {
    await tagged(stage, 'cli/full', '1');
    const name = ['--repository-name', 'cli/full'];

    expect((await aws.outcome('create-repository', ...name)).stderr).toContain('(RepositoryAlreadyExistsException)');
    expect((await aws.outcome('delete-repository', ...name)).stderr).toContain('(RepositoryNotEmptyException)');
    expect((await aws.outcome('delete-repository', ...name, '--force')).code).toBe(0);
  });

  test('an immutable repository keeps its tags', async () => {
    await tagged(stage, 'cli/immutable', '1');
    const name = ['--repository-name', 'cli/immutable'];
    expect(await aws.json('put-image-tag-mutability', ...name, '--image-tag-mutability', 'IMMUTABLE')).toMatchObject({
      imageTagMutability: 'IMMUTABLE',
    });

    const moved = onStage(stage, newest('skopeo'))(
      'copy',
      'oci:layout:runnable',
      `docker://${stage.registry.host}/cli/immutable:1`,
    );

    await expect(moved).rejects.toThrow(/immutable/);
  });

  test('an immutable repository excepts the tags that its filters name', async () => {
    const address = await stage.repository('cli/filters');
    const setting = ['--image-tag-mutability', 'IMMUTABLE_WITH_EXCLUSION'];
    const filters = ['--image-tag-mutability-exclusion-filters', 'filterType=WILDCARD,filter=latest*'];
    const answer = await aws.json(
      'put-image-tag-mutability',
      '--repository-name',
      'cli/filters',
      ...setting,
      ...filters,
    );
    expect(answer).toMatchObject({
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'latest*' }],
    });

    const skopeo = onStage(stage, newest('skopeo'));
    for (const tag of ['latest-1', 'fixed']) await skopeo('copy', 'oci:layout:single', `docker://${address}:${tag}`);

    await skopeo('copy', 'oci:layout:runnable', `docker://${address}:latest-1`);
    await expect(skopeo('copy', 'oci:layout:runnable', `docker://${address}:fixed`)).rejects.toThrow(/immutable/);
  });

  test('the registry is described, and its account settings are kept', async () => {
    expect(await aws.json('describe-registry')).toEqual({
      registryId: stage.registry.account,
      replicationConfiguration: { rules: [] },
    });
    const put = await aws.json('put-account-setting', '--name', 'BLOB_MOUNTING', '--value', 'ENABLED');
    expect(put).toEqual({ name: 'BLOB_MOUNTING', value: 'ENABLED' });
    expect(await aws.json('get-account-setting', '--name', 'BLOB_MOUNTING')).toEqual(put);
  });

  test('wrong keys and bad input are told in AWS’s words', async () => {
    const bad = await aws.outcome('create-repository', '--repository-name', 'UPPER');
    expect(bad.stderr).toContain('(InvalidParameterException)');

    const env = {
      ...stage.env('old'),
      AWS_CA_BUNDLE: join(stage.home, 'ca.crt'),
      AWS_DEFAULT_REGION: stage.registry.region,
    };
    const keys = {
      AWS_ACCESS_KEY_ID: stage.registry.accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'wrong',
      AWS_MAX_ATTEMPTS: '1',
    };
    const wrong = run(cli.program, ['ecr', 'describe-registry', '--endpoint-url', stage.registry.url], {
      env: { ...env, ...keys },
    });
    await expect(wrong).rejects.toThrow('(InvalidSignatureException)');
  });
});
