import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withEachVersion } from './client.ts';
import { podmanOptions } from './container-stores.ts';
import { onStage, useStage } from './stage.ts';

withEachVersion('podman', ['skopeo', 'runc', 'conmon'], (client) => {
  const stage = useStage();
  const podman = (...args: string[]) => onStage(stage, client)(...podmanOptions(stage.home), ...args);

  test('logs in with the password of get-login-password, and is refused with another', async () => {
    const login = (password: string) =>
      podman('login', '--authfile', join(stage.home, 'podman.json'), '-u', 'AWS', '-p', password, stage.registry.host);

    expect(await login(stage.password)).toContain('Login Succeeded');
    await expect(login('wrong')).rejects.toThrow(/invalid username\/password|unauthorized|denied|Not Authorized/i);
  });

  test('an image that was pushed can be pulled by tag and by digest after its removal, and runs', async () => {
    const repository = await stage.repository('podman/runs');
    const image = await podman('pull', '-q', 'oci:layout:runnable');
    await podman('push', '-q', '--digestfile', join(stage.home, 'pushed'), image, `${repository}:1`);
    await podman('rmi', '-f', image);

    const byTag = await podman('pull', '-q', `${repository}:1`);
    const digest = await podman('image', 'inspect', '--format', '{{.Digest}}', `${repository}:1`);
    const ran = await podman('run', '--rm', '--network', 'none', `${repository}:1`);
    await podman('rmi', '-f', byTag);
    const byDigest = await podman('pull', '-q', `${repository}@${digest}`);

    expect(byTag).toBe(image);
    expect(byDigest).toBe(image);
    expect(ran).toBe('it runs');
  });

  test('of a multi-arch image that was pushed as one it takes the architecture asked for', async () => {
    const repository = await stage.repository('podman/multi');
    await podman('manifest', 'create', 'list');
    await podman('manifest', 'add', '--all', 'list', 'oci:layout:multi');
    await podman('manifest', 'push', '--all', 'list', `docker://${repository}:1`);

    for (const architecture of ['arm64', 'amd64']) {
      const image = await podman('pull', '-q', '--arch', architecture, `${repository}:1`);
      expect(await podman('image', 'inspect', '--format', '{{.Architecture}}', image)).toBe(architecture);
    }
  });

  // The distribution's version cannot write such layers.
  if (client.age === 'old') return;

  test('a push with zstd:chunked layers comes back as the same file system', async () => {
    const repository = await stage.repository('podman/zstd');
    const image = await podman('pull', '-q', 'oci:layout:runnable');
    await podman('push', '-q', '--compression-format', 'zstd:chunked', image, `${repository}:1`);
    await podman('rmi', '-f', image);

    const pulled = await podman('pull', '-q', `${repository}:1`);

    const layers = ['image', 'inspect', '--format', '{{json .RootFS.Layers}}'];
    const manifest = await onStage(stage, { ...client, program: 'skopeo' })(
      'inspect',
      '--raw',
      `docker://${repository}:1`,
    );
    expect(manifest).toContain('tar+zstd');
    await podman('pull', '-q', 'oci:layout:runnable');
    expect(await podman(...layers, pulled)).toBe(await podman(...layers, image));
  });
});
