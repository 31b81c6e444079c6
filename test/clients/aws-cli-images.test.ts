import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { awsCalls, tagged, withNewestAwsCli } from './aws-cli.ts';
import { newest } from './client.ts';
import { blobText, MANIFEST } from './images.ts';
import { onStage, useStage } from './stage.ts';

withNewestAwsCli('images', (cli) => {
  const stage = useStage();
  const aws = awsCalls(stage, cli, 'ecr');

  test('an image is archived and restored, and whose pulls do not count is registered', async () => {
    await tagged(stage, 'cli/archive', 'a');
    const name = ['--repository-name', 'cli/archive'];
    const move = ['update-image-storage-class', ...name, '--image-id', 'imageTag=a', '--target-storage-class'];
    const status = ['describe-images', ...name, '--image-ids', 'imageTag=a', '--query', 'imageDetails[].imageStatus'];

    expect(await aws.json(...move, 'ARCHIVE')).toMatchObject({ imageStatus: 'ARCHIVED' });
    expect(await aws.json(...status)).toEqual(['ARCHIVED']);
    expect((await aws.outcome(...move, 'ARCHIVE')).stderr).toContain('(ImageStorageClassUpdateNotSupportedException)');
    expect(await aws.json(...move, 'STANDARD')).toMatchObject({ imageStatus: 'ACTIVATING' });
    await expect.poll(() => aws.json(...status)).toEqual(['ACTIVE']);

    const principal = ['--principal-arn', 'arn:aws:iam::123456789012:role/scanner'];
    await aws.json('register-pull-time-update-exclusion', ...principal);
    expect(await aws.json('list-pull-time-update-exclusions')).toEqual({ pullTimeUpdateExclusions: [principal[1]] });
    await aws.json('deregister-pull-time-update-exclusion', ...principal);
  });

  test('an image is read, put under another tag, and deleted tag by tag', async () => {
    await tagged(stage, 'cli/retag', '1');
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

  test('what refers to an image is listed', async () => {
    const address = await tagged(stage, 'cli/referrers', '1');
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
});
