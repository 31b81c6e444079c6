import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findClient, newest, sayMissing } from './client.ts';
import { type DockerEngine, startDockerEngine } from './docker-engine.ts';
import { copyBusybox } from './images.ts';
import { offerBuildx, onStage, useStage } from './stage.ts';

const client = findClient('dockerd', 'new');
// The distribution has no buildx, so there is no old version to fall back to.
if (!client) sayMissing('docker buildx', ['docker with buildx']);
else suite(client);

function suite(dockerd: NonNullable<typeof client>): void {
  describe('docker buildx with the containerd image store', () => {
    // Its imagetools take a registry on loopback for plain HTTP.
    const stage = useStage({ tls: false });
    let engine: DockerEngine;
    beforeAll(async () => {
      offerBuildx(stage.home);
      engine = await startDockerEngine(dockerd, { home: stage.home, env: stage.env('new'), containerdStore: true });
      const folder = join(stage.home, 'build');
      mkdirSync(folder);
      copyBusybox(folder);
      writeFileSync(
        join(folder, 'Dockerfile'),
        'FROM scratch\nCOPY busybox /bin/busybox\nCMD ["/bin/busybox","echo","built"]\n',
      );
      writeFileSync(
        join(folder, 'Dockerfile.run'),
        'FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "sh", "-c", "/bin/busybox date > /made"]\n',
      );
    });
    afterAll(() => engine?.stop());
    const build = (...args: string[]) =>
      engine.docker('buildx', 'build', '--network', 'none', '--progress', 'plain', ...args, 'build');
    const raw = async (address: string): Promise<IndexText> =>
      JSON.parse(await onStage(stage, newest('skopeo'))('inspect', '--raw', `docker://${address}`));

    test('a multi-platform build arrives as an index with an attestation for each platform', async () => {
      const repository = await stage.repository('buildx/multi');
      await build('--platform', 'linux/amd64,linux/arm64', '--provenance=mode=max', '--push', '-t', `${repository}:1`);

      const { manifests = [] } = await raw(`${repository}:1`);
      const platforms = manifests.map((it) => it.platform?.architecture).sort();
      const attested = manifests.filter(
        (it) => it.annotations?.['vnd.docker.reference.type'] === 'attestation-manifest',
      );

      expect(platforms).toEqual(['amd64', 'arm64', 'unknown', 'unknown']);
      expect(attested.map((it) => it.annotations?.['vnd.docker.reference.digest']).sort()).toEqual(
        manifests
          .filter((it) => it.platform?.os === 'linux')
          .map((it) => it.digest)
          .sort(),
      );
      const inspected = await engine.docker(
        'buildx',
        'imagetools',
        'inspect',
        '--format',
        '{{json .Provenance}}',
        `${repository}:1`,
      );
      expect(Object.keys(JSON.parse(inspected)).sort()).toEqual(['linux/amd64', 'linux/arm64']);
      await engine.docker('pull', '-q', `${repository}:1`);
      expect(await engine.docker('run', '--rm', '--network', 'none', `${repository}:1`)).toBe('built');
    });

    test('tags are put on a built index without a push of it', async () => {
      const repository = await stage.repository('buildx/tools');
      await build('--platform', 'linux/amd64,linux/arm64', '--push', '-t', `${repository}:1`);

      await engine.docker('buildx', 'imagetools', 'create', '-t', `${repository}:2`, `${repository}:1`);

      expect(await raw(`${repository}:2`)).toEqual(await raw(`${repository}:1`));
    });

    test.each([
      { form: 'an image manifest', flag: 'image-manifest=true', holds: 'layers' },
      { form: 'an index', flag: 'image-manifest=false', holds: 'manifests' },
    ])('the build cache is kept as $form and used after the engine forgot it', async ({ flag, holds }) => {
      const repository = await stage.repository(`buildx/cache-${holds}`);
      const cache = `type=registry,ref=${repository}:cache`;
      const once = ['-f', 'build/Dockerfile.run', '--cache-from', cache];
      await build(
        ...once,
        '--cache-to',
        `${cache},mode=max,oci-mediatypes=true,${flag}`,
        '--push',
        '-t',
        `${repository}:1`,
      );
      expect(Object.keys(await raw(`${repository}:cache`))).toContain(holds);
      await engine.docker('buildx', 'prune', '-a', '-f');

      await build(...once, '--push', '-t', `${repository}:2`);

      // The step writes the time: only a layer taken from the cache can be the same again.
      const layersOf = async (tag: string) => {
        const { manifests = [] } = await raw(`${repository}:${tag}`);
        const image = manifests.find((it) => it.platform?.os === 'linux');
        return (await raw(`${repository}@${image?.digest}`)).layers?.map((it) => it.digest);
      };
      expect(await layersOf('2')).toEqual(await layersOf('1'));
      expect(await layersOf('2')).toHaveLength(2);
    });
  });
}

interface IndexText {
  readonly layers?: readonly { readonly digest: string }[];
  readonly manifests?: readonly {
    readonly digest: string;
    readonly platform?: { readonly architecture: string; readonly os: string };
    readonly annotations?: Readonly<Record<string, string>>;
  }[];
}
