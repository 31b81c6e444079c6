import { join } from 'node:path';
import { expect, test } from 'vitest';
import { awsCalls, tagged, withNewestAwsCli } from './aws-cli.ts';
import { newest } from './client.ts';
import { run } from './run.ts';
import { onStage, useStage } from './stage.ts';

withNewestAwsCli('repositories', (cli) => {
  const stage = useStage();
  const aws = awsCalls(stage, cli, 'ecr');

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
