import { join } from 'node:path';
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

  test.each([
    { form: 'a referrer', flags: [], tags: ['1'] },
    { form: 'a tag', flags: ['--new-bundle-format=false'], tags: ['1', 'the signature'] },
  ])('a signature kept as $form is verified, in the repository and after a copy', async ({ form, flags, tags }) => {
    const name = `cosign/${form.replace(' ', '-')}`;
    const [repository, copied] = [await pushed(name), await stage.repository(`${name}-copied`)];
    const signed = `${repository}@${stage.images.single.digest}`;
    await expect(verify(signed)).rejects.toThrow(/no (matching )?signatures/i);

    await cosign('sign', '--key', 'cosign.key', ...offline, ...flags, signed);
    await cosign('copy', `${repository}:1`, `${copied}:1`);

    const digest = stage.images.single.digest;
    for (const address of [signed, `${copied}@${digest}`]) {
      expect(await verify(address)).toContain(digest);
    }
    const listed = await onStage(stage, newest('oras'))('repo', 'tags', repository);
    const signatureTag = `${digest.replace(':', '-')}.sig`;
    expect(listed.split('\n')).toEqual(tags.map((tag) => (tag === 'the signature' ? signatureTag : tag)));
  });

  test('a signature that refers to the image goes along with a recursive copy of oras', async () => {
    const [repository, copied] = [await pushed('cosign/by-oras'), await stage.repository('cosign/by-oras-copied')];
    await cosign(
      'sign',
      '--key',
      join(stage.home, 'cosign.key'),
      ...offline,
      `${repository}@${stage.images.single.digest}`,
    );

    await onStage(stage, newest('oras'))('cp', '-r', `${repository}:1`, `${copied}:1`);

    expect(await verify(`${copied}@${stage.images.single.digest}`)).toContain(stage.images.single.digest);
  });

  test('another key does not verify', async () => {
    const repository = await pushed('cosign/other-key');
    await cosign('sign', '--key', 'cosign.key', ...offline, `${repository}@${stage.images.single.digest}`);
    await cosign('generate-key-pair', '--output-key-prefix', 'other');

    const address = `${repository}@${stage.images.single.digest}`;
    const verified = cosign('verify', '--key', 'other.pub', '--insecure-ignore-tlog=true', address);

    await expect(verified).rejects.toThrow(/no matching signatures|invalid signature|failed to verify/i);
  });
});
