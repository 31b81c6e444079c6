import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { awsEcr, findAwsClis } from './aws-cli.ts';
import { newest, sayMissing } from './client.ts';
import { blobText, MANIFEST } from './images.ts';
import { run } from './run.ts';
import { onStage, useStage } from './stage.ts';

const clis = findAwsClis();
if (clis.length === 0) sayMissing('AWS CLI', ['aws']);

describe.each(clis)('$title', (cli) => {
  const stage = useStage();
  const aws = awsEcr(stage, cli);
  const pushed = async (repositoryName: string, ...tags: string[]) => {
    const address = await stage.repository(repositoryName);
    for (const tag of tags) {
      await onStage(stage, newest('skopeo'))('copy', '--all', 'oci:layout:single', `docker://${address}:${tag}`);
    }
    return address;
  };

  test('get-login-password prints what a registry client logs in with', async () => {
    const address = await pushed('cli/login', '1');
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

  test.runIf(cli.knowsAll)(
    'a repository that exists is refused, and one with images is deleted only by force',
    async () => {
      await pushed('cli/full', '1');
      const name = ['--repository-name', 'cli/full'];

      expect((await aws.outcome('create-repository', ...name)).stderr).toContain('(RepositoryAlreadyExistsException)');
      expect((await aws.outcome('delete-repository', ...name)).stderr).toContain('(RepositoryNotEmptyException)');
      expect((await aws.outcome('delete-repository', ...name, '--force')).code).toBe(0);
    },
  );

  test('images are listed and described, page by page and by query', async () => {
    await pushed('cli/images', 'a', 'b', 'c');
    const name = ['--repository-name', 'cli/images'];
    const { digest } = stage.images.single;

    const listed = await aws.json(
      'list-images',
      ...name,
      '--page-size',
      '1',
      '--query',
      'sort_by(imageIds, &imageTag)',
    );
    expect(listed).toEqual(['a', 'b', 'c'].map((imageTag) => ({ imageDigest: digest, imageTag })));
    const page = await aws.json('list-images', ...name, '--max-items', '2');
    expect(page['imageIds']).toHaveLength(2);
    expect(page['NextToken']).toBeTypeOf('string');

    const query = 'imageDetails[?contains(imageTags, `b`)].[imageDigest, imageManifestMediaType]';
    expect(await aws.json('describe-images', ...name, '--query', query)).toEqual([[digest, MANIFEST]]);
    const missing = await aws.outcome('describe-images', ...name, '--image-ids', 'imageTag=none');
    expect(missing.stderr).toContain('(ImageNotFoundException)');
  });

  test.runIf(cli.knowsAll)('an image is read, put under another tag, and deleted tag by tag', async () => {
    await pushed('cli/retag', '1');
    const name = ['--repository-name', 'cli/retag'];
    const manifest = await aws.text(
      ...[
        'batch-get-image',
        ...name,
        '--image-ids',
        'imageTag=1',
        '--query',
        'images[].imageManifest',
        '--output',
        'text',
      ],
    );
    expect(manifest).toBe(blobText(stage.images.folder, stage.images.single.digest));
    writeFileSync(join(stage.home, 'manifest.json'), manifest);

    const put = ['put-image', ...name, '--image-tag', '2', '--image-manifest', 'file://manifest.json'];
    expect(await aws.json(...put)).toMatchObject({
      image: { imageId: { imageDigest: stage.images.single.digest, imageTag: '2' } },
    });
    expect((await aws.outcome(...put)).stderr).toMatch(
      /\(ImageAlreadyExistsException\).* already exists in the repository with name/,
    );

    const deleted = await aws.json('batch-delete-image', ...name, '--image-ids', 'imageTag=1', 'imageTag=none');
    expect(deleted).toMatchObject({ imageIds: [{ imageTag: '1' }], failures: [{ failureCode: 'ImageNotFound' }] });
    expect(await aws.json('list-images', ...name)).toMatchObject({ imageIds: [{ imageTag: '2' }] });
  });

  test('a layer goes up in parts, an image is made of it, and comes down by its address', async () => {
    await stage.repository('cli/layers');
    const name = ['--repository-name', 'cli/layers'];
    const upload = async (bytes: Buffer) => {
      writeFileSync(join(stage.home, 'part'), bytes);
      const { uploadId } = await aws.json('initiate-layer-upload', ...name);
      const id = ['--upload-id', String(uploadId)];
      const span = ['--part-first-byte', '0', '--part-last-byte', String(bytes.length - 1)];
      // Version 1 reads a blob with fileb:// too.
      await aws.json('upload-layer-part', ...name, ...id, ...span, '--layer-part-blob', 'fileb://part');
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      expect(await aws.json('complete-layer-upload', ...name, ...id, '--layer-digests', digest)).toMatchObject({
        layerDigest: digest,
      });
      return { digest, size: bytes.length };
    };
    const bytes = randomBytes(100_000);
    const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', ...(await upload(bytes)) };
    const config = { mediaType: 'application/vnd.oci.image.config.v1+json', ...(await upload(Buffer.from('{}'))) };
    const manifest = { schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] };

    await aws.json('put-image', ...name, '--image-tag', '1', '--image-manifest', JSON.stringify(manifest));
    const unknown = `sha256:${'0'.repeat(64)}`;
    const available = ['batch-check-layer-availability', ...name, '--layer-digests', layer.digest, unknown];
    const states = await aws.json(...available, '--query', 'layers[].[layerDigest, layerAvailability]');
    const url = await aws.text(
      ...[
        'get-download-url-for-layer',
        ...name,
        '--layer-digest',
        layer.digest,
        '--query',
        'downloadUrl',
        '--output',
        'text',
      ],
    );
    await run('/usr/bin/curl', ['-fsS', '--cacert', 'ca.crt', '-o', 'down', url], {
      env: stage.env('old'),
      cwd: stage.home,
    });

    expect(states).toEqual(
      expect.arrayContaining([
        [layer.digest, 'AVAILABLE'],
        [unknown, 'UNAVAILABLE'],
      ]),
    );
    expect(readFileSync(join(stage.home, 'down')).equals(bytes)).toBe(true);
  });

  test.runIf(cli.knowsAll)('an immutable repository keeps its tags', async () => {
    await pushed('cli/immutable', '1');
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

  test.runIf(cli.knowsAll)('an immutable repository excepts the tags that its filters name', async () => {
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

  test.runIf(cli.knowsAll)('what refers to an image is listed', async () => {
    const address = await pushed('cli/referrers', '1');
    writeFileSync(join(stage.home, 'sbom.json'), '{}');
    const type = 'application/vnd.example.sbom';
    await onStage(stage, newest('oras'))(
      'attach',
      '--artifact-type',
      type,
      `${address}:1`,
      'sbom.json:application/json',
    );

    const subject = `imageDigest=${stage.images.single.digest}`;
    const answer = await aws.json(
      'list-image-referrers',
      '--repository-name',
      'cli/referrers',
      '--subject-id',
      subject,
    );

    expect(answer).toMatchObject({
      referrers: [{ artifactType: type, mediaType: MANIFEST, artifactStatus: 'ACTIVE' }],
    });
  });

  test.runIf(cli.knowsAll)('the registry is described, and its account settings are kept', async () => {
    expect(await aws.json('describe-registry')).toEqual({
      registryId: stage.registry.account,
      replicationConfiguration: { rules: [] },
    });
    const put = await aws.json('put-account-setting', '--name', 'BLOB_MOUNTING', '--value', 'ENABLED');
    expect(put).toEqual({ name: 'BLOB_MOUNTING', value: 'ENABLED' });
    expect(await aws.json('get-account-setting', '--name', 'BLOB_MOUNTING')).toEqual(put);
  });

  test.runIf(cli.knowsAll)('wrong keys and bad input are told in AWS’s words', async () => {
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
