import { afterAll, beforeAll, expect, test } from 'vitest';
import { newest, withEachVersion } from './client.ts';
import { type Containerd, ctrAccess, startContainerd } from './containerd.ts';
import { onStage, useStage } from './stage.ts';

withEachVersion('containerd', ['ctr', 'skopeo', 'runc'], (client) => {
  const stage = useStage();
  let containerd: Containerd;
  beforeAll(async () => {
    containerd = await startContainerd(stage, client);
  });
  afterAll(() => containerd?.stop());
  const pull = (address: string, ...more: string[]) =>
    containerd.ctr('images', 'pull', ...ctrAccess(stage, client), ...more, address);
  const push = (address: string, ...more: string[]) =>
    containerd.ctr('images', 'push', ...ctrAccess(stage, client), ...more, address);
  const remove = (...addresses: string[]) => containerd.ctr('images', 'rm', '--sync', ...addresses);
  const skopeo = (...args: string[]) => onStage(stage, newest('skopeo'))(...args);

  const digestOf = async (address: string) => {
    const row = (await containerd.ctr('images', 'ls')).split('\n').find((line) => line.startsWith(`${address} `));
    return row?.split(/\s+/)[2];
  };

  test('an image is pulled by tag, runs, and goes back under another name with the same digest', async () => {
    const [from, to] = [await stage.repository('ctr/from'), await stage.repository('ctr/to')];
    await skopeo('copy', 'oci:layout:runnable', `docker://${from}:1`);
    await pull(`${from}:1`);
    expect(await digestOf(`${from}:1`)).toBe(stage.images.runnable.digest);
    expect(await containerd.ctr('run', '--rm', `${from}:1`, 'runs')).toBe('it runs');

    await containerd.ctr('images', 'tag', `${from}:1`, `${to}:2`);
    await push(`${to}:2`);
    await remove(`${from}:1`, `${to}:2`);
    const byDigest = `${to}@${stage.images.runnable.digest}`;
    await pull(byDigest);

    expect(await digestOf(byDigest)).toBe(stage.images.runnable.digest);
  });

  test('a multi-arch image is pulled and pushed with all its platforms', async () => {
    const [from, to] = [await stage.repository('ctr/multi'), await stage.repository('ctr/multi-to')];
    await skopeo('copy', '--all', 'oci:layout:multi', `docker://${from}:1`);
    await pull(`${from}:1`, '--all-platforms');
    await containerd.ctr('images', 'tag', `${from}:1`, `${to}:1`);
    await push(`${to}:1`);

    expect(await skopeo('inspect', '--raw', `docker://${to}:1`)).toBe(
      await skopeo('inspect', '--raw', `docker://${from}:1`),
    );
    await skopeo('copy', '--all', `docker://${to}:1`, `oci:back-${client.age}:1`);
  });

  // It is long, and all versions pull such an image from each other in the matrix.
  if (client.age === 'new') {
    test('an image of a hundred layers is pulled whole', async () => {
      const repository = await stage.repository('ctr/many');
      await skopeo('copy', 'oci:layout:many', `docker://${repository}:1`);

      await pull(`${repository}:1`);

      expect(await digestOf(`${repository}:1`)).toBe(stage.images.many.digest);
      expect(await containerd.ctr('images', 'check', `name==${repository}:1`)).toContain('complete (101/101)');
    });
  }

  test('without a login it is told that it needs one', async () => {
    const repository = await stage.repository('ctr/closed');
    await skopeo('copy', 'oci:layout:single', `docker://${repository}:1`);
    const [, , ...hosts] = ctrAccess(stage, client);

    const pulled = containerd.ctr('images', 'pull', ...hosts, `${repository}:1`);

    await expect(pulled).rejects.toThrow(/no basic auth credentials|401|authorization failed/);
  });
});
