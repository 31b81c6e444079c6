import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { awsCalls, findAwsClis, tagged } from './aws-cli.ts';
import { newest, sayMissing } from './client.ts';
import { blobText, MANIFEST } from './images.ts';
import { run } from './run.ts';
import { onStage, useStage } from './stage.ts';

const clis = findAwsClis();
if (clis.length === 0) sayMissing('AWS CLI', ['aws']);

describe.each(clis)('$title', (cli) => {
  const stage = useStage();
  const aws = awsCalls(stage, cli, 'ecr');

  test('images are listed and described, page by page and by query', async () => {
    await tagged(stage, 'cli/images', 'a', 'b', 'c');
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

  test.runIf(cli.knowsAll)(
    'an image is archived and restored, and whose pulls do not count is registered',
    async () => {
      await tagged(stage, 'cli/archive', 'a');
      const name = ['--repository-name', 'cli/archive'];
      const move = ['update-image-storage-class', ...name, '--image-id', 'imageTag=a', '--target-storage-class'];
      const status = ['describe-images', ...name, '--image-ids', 'imageTag=a', '--query', 'imageDetails[].imageStatus'];

      expect(await aws.json(...move, 'ARCHIVE')).toMatchObject({ imageStatus: 'ARCHIVED' });
      expect(await aws.json(...status)).toEqual(['ARCHIVED']);
      expect((await aws.outcome(...move, 'ARCHIVE')).stderr).toContain(
        '(ImageStorageClassUpdateNotSupportedException)',
      );
      expect(await aws.json(...move, 'STANDARD')).toMatchObject({ imageStatus: 'ACTIVATING' });
      await expect.poll(() => aws.json(...status)).toEqual(['ACTIVE']);

      const principal = ['--principal-arn', 'arn:aws:iam::123456789012:role/scanner'];
      await aws.json('register-pull-time-update-exclusion', ...principal);
      expect(await aws.json('list-pull-time-update-exclusions')).toEqual({ pullTimeUpdateExclusions: [principal[1]] });
      await aws.json('deregister-pull-time-update-exclusion', ...principal);
    },
  );

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

  // What follows the distribution's version does not know, or would only say again.
  if (!cli.knowsAll) return;

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
