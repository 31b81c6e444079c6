// What may differ between versions of the AWS CLI: how they log in, sign, send files, page, query, wait and tell errors.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { awsCalls, awsClisToTry, tagged } from './aws-cli.ts';
import { newest, sayMissing } from './client.ts';
import { MANIFEST } from './images.ts';
import { run } from './run.ts';
import { awsEnv, onStage, useStage } from './stage.ts';

const KEEP_TWO = {
  rules: [
    {
      rulePriority: 1,
      description: 'the two youngest',
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 2 },
      action: { type: 'expire' },
    },
  ],
};

const clis = awsClisToTry();
if (clis.length === 0) sayMissing('AWS CLI', ['aws']);

const stage = useStage();

describe.each(clis)('$title', (cli) => {
  const aws = awsCalls(stage, cli, 'ecr');
  const own = (name: string) => `cli-${clis.indexOf(cli)}/${name}`;

  test('get-login-password prints what a registry client logs in with', async () => {
    const address = await tagged(stage, own('login'), '1');
    // As people start it; the other calls are of a program that has been loaded for all of them.
    const password = await run(cli.program, ['ecr', 'get-login-password', '--endpoint-url', stage.registry.url], {
      env: { ...stage.env('old'), ...awsEnv(stage.registry, stage.home) },
    });

    const tags = await onStage(stage, newest('skopeo'))(
      'list-tags',
      '--creds',
      `AWS:${password}`,
      `docker://${address}`,
    );
    expect(JSON.parse(tags)).toMatchObject({ Tags: ['1'] });
  });

  test('a repository is created, described, tagged, untagged and deleted', async () => {
    const name = ['--repository-name', own('life')];
    const { repository } = await aws.json('create-repository', ...name, '--tags', 'Key=team,Value=a b');
    expect(repository).toMatchObject({
      repositoryName: own('life'),
      registryId: stage.registry.account,
      repositoryArn: `arn:aws:ecr:${stage.registry.region}:${stage.registry.account}:repository/${own('life')}`,
      repositoryUri: `${stage.registry.host}/${own('life')}`,
      imageTagMutability: 'MUTABLE',
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: 'AES256' },
    });
    const arn = [
      '--resource-arn',
      `arn:aws:ecr:${stage.registry.region}:${stage.registry.account}:repository/${own('life')}`,
    ];
    await aws.json('tag-resource', ...arn, '--tags', 'Key=stage,Value=test');
    await aws.json('untag-resource', ...arn, '--tag-keys', 'team');

    expect(await aws.json('list-tags-for-resource', ...arn)).toEqual({ tags: [{ Key: 'stage', Value: 'test' }] });
    expect(await aws.json('describe-repositories', '--repository-names', own('life'))).toEqual({
      repositories: [repository],
    });

    expect(await aws.json('delete-repository', ...name)).toEqual({ repository });
    const gone = await aws.outcome('describe-repositories', '--repository-names', own('life'));
    expect(gone.code).not.toBe(0);
    expect(gone.stderr).toContain('(RepositoryNotFoundException) when calling the DescribeRepositories operation');
    expect(gone.stderr).toContain(
      `The repository with name '${own('life')}' does not exist in the registry with id '${stage.registry.account}'`,
    );
  });

  test('images are listed and described, page by page and by query', async () => {
    await tagged(stage, own('images'), 'a', 'b', 'c');
    const name = ['--repository-name', own('images')];
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

  test('a layer goes up in parts, an image is made of it, and comes down by its address', async () => {
    await stage.repository(own('layers'));
    const name = ['--repository-name', own('layers')];
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

  test('a policy is put, previewed until it is complete, read and deleted', async () => {
    await tagged(stage, own('lifecycle'), 'a');
    const name = ['--repository-name', own('lifecycle')];
    const text = JSON.stringify({
      rules: [{ ...KEEP_TWO.rules[0], selection: { ...KEEP_TWO.rules[0]?.selection, countNumber: 1_000 } }],
    });
    writeFileSync(join(stage.home, 'policy.json'), text);
    const file = ['--lifecycle-policy-text', 'file://policy.json'];

    expect(await aws.json('put-lifecycle-policy', ...name, ...file)).toMatchObject({
      repositoryName: own('lifecycle'),
      lifecyclePolicyText: text,
    });
    expect(await aws.json('start-lifecycle-policy-preview', ...name)).toMatchObject({ status: 'IN_PROGRESS' });
    await aws.text('wait', 'lifecycle-policy-preview-complete', ...name);
    expect(await aws.json('get-lifecycle-policy-preview', ...name)).toMatchObject({
      status: 'COMPLETE',
      previewResults: [],
      summary: { expiringImageTotalCount: 0 },
    });
    expect(await aws.json('get-lifecycle-policy', ...name)).toMatchObject({ lifecyclePolicyText: text });
    await aws.json('delete-lifecycle-policy', ...name);
    const gone = await aws.outcome('get-lifecycle-policy', ...name);
    expect(gone.stderr).toContain('(LifecyclePolicyNotFoundException)');
    const wrong = await aws.outcome('put-lifecycle-policy', ...name, '--lifecycle-policy-text', ' '.repeat(100));
    expect(wrong.stderr).toContain('Could not map policyString into LifecyclePolicy.');
  });
});
