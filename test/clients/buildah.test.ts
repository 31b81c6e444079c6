import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newest, withEachVersion } from './client.ts';
import { buildahOptions } from './container-stores.ts';
import { hostArchitecture, writeRunnableTar } from './images.ts';
import { onStage, useStage } from './stage.ts';

withEachVersion('buildah', ['skopeo'], (client) => {
  const stage = useStage();
  const buildah = (...args: string[]) => onStage(stage, client)(...buildahOptions(stage.home), ...args);
  const manifestOf = async (address: string): Promise<ManifestText> =>
    JSON.parse(await onStage(stage, newest('skopeo'))('inspect', '--raw', `docker://${address}`));

  const build = async (name: string, architecture = hostArchitecture()) => {
    writeRunnableTar(join(stage.home, 'root.tar'));
    const container = await buildah('from', '--arch', architecture, 'scratch');
    await buildah('add', '-q', container, join(stage.home, 'root.tar'), '/');
    await buildah('config', '--cmd', '/bin/sh', '--label', `for=${architecture}`, container);
    await buildah('commit', '-q', '--rm', container, name);
  };

  test.each([
    { format: 'oci', mediaType: 'application/vnd.oci.image.manifest.v1+json' },
    { format: 'v2s2', mediaType: 'application/vnd.docker.distribution.manifest.v2+json' },
  ])('what it builds is pushed as $format, pulled again, and runs', async ({ format, mediaType }) => {
    const repository = await stage.repository(`buildah/${format}`);
    await build('built');
    await buildah('push', '-q', '--format', format, 'built', `docker://${repository}:1`);
    await buildah('rmi', '-a', '-f');

    const container = await buildah('from', ...LIMITS, `${repository}:1`);

    expect((await manifestOf(`${repository}:1`)).mediaType).toBe(mediaType);
    // Old versions lose what a command prints, now and then.
    await buildah('run', '--isolation', 'chroot', container, '/bin/sh', '-c', 'echo it runs > /said');
    expect(readFileSync(join(await buildah('mount', container), 'said'), 'utf8')).toBe('it runs\n');
    await buildah('rm', container);
  });

  test('layers pushed as zstd are kept as zstd', async () => {
    const repository = await stage.repository('buildah/zstd');
    await build('zstd');
    await buildah('push', '-q', '--format', 'oci', '--compression-format', 'zstd', 'zstd', `docker://${repository}:1`);
    await buildah('rmi', '-a', '-f');

    await buildah('pull', '-q', `${repository}:1`);

    const types = (await manifestOf(`${repository}:1`)).layers?.map((it) => it.mediaType);
    expect(types).toEqual(['application/vnd.oci.image.layer.v1.tar+zstd']);
  });

  test('a manifest list is pushed with all its images in one go', async () => {
    const repository = await stage.repository('buildah/list');
    await buildah('manifest', 'create', 'list');
    for (const architecture of ['amd64', 'arm64']) {
      await build(`list-${architecture}`, architecture);
      await buildah('manifest', 'add', 'list', `localhost/list-${architecture}`);
    }
    await buildah('manifest', 'push', '--all', '-q', 'list', `docker://${repository}:1`);

    const index = await manifestOf(`${repository}:1`);

    expect(index.manifests?.map((it) => it.platform?.architecture).sort()).toEqual(['amd64', 'arm64']);
    for (const { digest } of index.manifests ?? []) await buildah('pull', '-q', `${repository}@${digest}`);
  });
});

/** Its own limits are above what a container may be given here. */
const LIMITS = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'];

interface ManifestText {
  readonly mediaType: string;
  readonly layers?: readonly { readonly mediaType: string }[];
  readonly manifests?: readonly { readonly digest: string; readonly platform?: { readonly architecture: string } }[];
}
