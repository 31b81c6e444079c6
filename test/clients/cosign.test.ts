import { beforeAll, expect, test } from 'vitest';
import { newest, withEachVersion } from './client.ts';
import { run } from './run.ts';
import { onStage, useStage } from './stage.ts';

withEachVersion('cosign', ['skopeo', 'oras'], (client) => {
  const stage = useStage();
  const cosign = (...args: string[]) =>
    run(client.program, args, { env: { ...stage.env(client.age), COSIGN_PASSWORD: '' }, cwd: stage.home });
  const offline = ['--use-signing-config=false', '--tlog-upload=false', '-y'];
  const verify = (address: string) => cosign('verify', '--key', 'cosign.pub', '--insecure-ignore-tlog=true', address);
  const pushed = async (name: string) => {
    const repository = await stage.repository(name);
    await onStage(stage, newest('skopeo'))('copy', 'oci:layout:single', `docker://${repository}:1`);
    return repository;
  };
  beforeAll(() => cosign('generate-key-pair'));

  const digest = () => stage.images.single.digest;
  const sign = (repository: string, ...flags: string[]) =>
    cosign('sign', '--key', 'cosign.key', ...offline, ...flags, `${repository}@${digest()}`);
  const tagsOf = async (repository: string) =>
    (await onStage(stage, newest('oras'))('repo', 'tags', repository)).split('\n');

  test('a signature that refers to the image is verified, and goes along with a recursive copy of oras', async () => {
    const [repository, copied] = [await pushed('cosign/referrer'), await stage.repository('cosign/referrer-copied')];
    await expect(verify(`${repository}@${digest()}`)).rejects.toThrow(/no (matching )?signatures/i);

    await sign(repository);
    await onStage(stage, newest('oras'))('cp', '-r', `${repository}:1`, `${copied}:1`);

    for (const it of [repository, copied]) expect(await verify(`${it}@${digest()}`)).toContain(digest());
    expect(await tagsOf(repository)).toEqual(['1']);
  });

  test('a signature that a tag names is verified, and goes along with a copy of cosign', async () => {
    const [repository, copied] = [await pushed('cosign/tag'), await stage.repository('cosign/tag-copied')];

    await sign(repository, '--new-bundle-format=false');
    await cosign('copy', `${repository}:1`, `${copied}:1`);

    for (const it of [repository, copied]) expect(await verify(`${it}@${digest()}`)).toContain(digest());
    expect(await tagsOf(repository)).toEqual(['1', `${digest().replace(':', '-')}.sig`]);
  });

  test('another key does not verify', async () => {
    const repository = await pushed('cosign/other-key');
    await sign(repository);
    await cosign('generate-key-pair', '--output-key-prefix', 'other');

    const signed = `${repository}@${digest()}`;
    const verified = cosign('verify', '--key', 'other.pub', '--insecure-ignore-tlog=true', signed);

    await expect(verified).rejects.toThrow(/no matching signatures|invalid signature|failed to verify/i);
  });
});
