import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newest, withEachVersion } from './client.ts';
import { blobText } from './images.ts';
import { onStage, useStage } from './stage.ts';

withEachVersion('oras', ['skopeo'], (client) => {
  const stage = useStage();
  const oras = onStage(stage, client);
  const skopeo = (...args: string[]) => onStage(stage, newest('skopeo'))(...args);
  const pushImage = async (repositoryName: string, image: 'single' | 'multi' = 'single') => {
    const repository = await stage.repository(repositoryName);
    await skopeo('copy', '--all', `oci:layout:${image}`, `docker://${repository}:1`);
    return repository;
  };
  const writeFile = (name: string, content: string) => writeFileSync(join(stage.home, name), content);

  test('logs in, and is refused with a wrong password', async () => {
    const login = (password: string) =>
      oras(
        'login',
        '--registry-config',
        join(stage.home, 'oras.json'),
        '-u',
        'AWS',
        '-p',
        password,
        stage.registry.host,
      );

    expect(await login(stage.password)).toContain('Login Succeeded');
    await expect(login('wrong')).rejects.toThrow(/401|403|400|denied|unauthorized/i);
  });

  test('files pushed as an artifact come back', async () => {
    const repository = await stage.repository('oras/files');
    writeFile('hello.txt', 'hello');
    await oras('push', '--artifact-type', 'application/vnd.example.note', `${repository}:1`, 'hello.txt:text/plain');
    await oras('pull', '-o', join(stage.home, 'pulled'), `${repository}:1`);

    expect(await readFile(join(stage.home, 'pulled', 'hello.txt'), 'utf8')).toBe('hello');
  });

  test('what is attached to an image is discovered, by type too, and leaves no fall-back tag', async () => {
    const repository = await pushImage('oras/attached');
    writeFile('sbom.json', '{"sbom":true}');
    for (const type of ['application/vnd.example.sbom', 'application/vnd.example.scan']) {
      await oras('attach', '--artifact-type', type, `${repository}:1`, 'sbom.json:application/json');
    }

    const all = await discover(oras, `${repository}:1`);
    const some = await discover(oras, `${repository}:1`, '--artifact-type', 'application/vnd.example.sbom');

    expect(all.sort()).toEqual(['application/vnd.example.sbom', 'application/vnd.example.scan']);
    expect(some).toEqual(['application/vnd.example.sbom']);
    expect(await oras('repo', 'tags', repository)).toBe('1');
  });

  test('a recursive copy takes what is attached, and what is attached to that, along', async () => {
    const from = await pushImage('oras/copied-from', 'multi');
    const to = await stage.repository('oras/copied-to');
    writeFile('sbom.json', '{"sbom":true}');
    const attach = async (address: string, type: string) => {
      const told = await oras(
        'attach',
        '--artifact-type',
        type,
        '--format',
        'json',
        address,
        'sbom.json:application/json',
      );
      const { digest }: { digest: string } = JSON.parse(told);
      return digest;
    };
    const sbom = await attach(`${from}:1`, 'application/vnd.example.sbom');
    await attach(`${from}@${sbom}`, 'application/vnd.example.signature');

    await oras('cp', '-r', `${from}:1`, `${to}:copy`);

    expect(await oras('resolve', `${to}:copy`)).toBe(stage.images.multi.digest);
    expect(await discover(oras, `${to}:copy`)).toContain('application/vnd.example.sbom');
    expect(await discover(oras, `${to}@${sbom}`)).toEqual(['application/vnd.example.signature']);
  });

  test('manifests and blobs are fetched byte for byte, several tags are set at once, and a manifest is deleted', async () => {
    const repository = await pushImage('oras/manifests');
    await oras('tag', `${repository}:1`, '2', '3');

    expect(await oras('manifest', 'fetch', `${repository}:3`)).toBe(
      blobText(stage.images.folder, stage.images.single.digest),
    );
    expect((await oras('repo', 'tags', repository)).split('\n')).toEqual(['1', '2', '3']);

    await oras('manifest', 'delete', '-f', `${repository}@${stage.images.single.digest}`);

    await expect(oras('resolve', `${repository}:1`)).rejects.toThrow(/not found/);
  });

  test('a blob is pushed, fetched in part by its descriptor, and deleted', async () => {
    const repository = await stage.repository('oras/blobs');
    writeFile('blob', 'some bytes');
    const { digest }: { digest: string } = JSON.parse(await oras('blob', 'push', '--descriptor', repository, 'blob'));

    expect(await oras('blob', 'fetch', '--output', '-', `${repository}@${digest}`)).toBe('some bytes');

    await oras('blob', 'delete', '-f', `${repository}@${digest}`);

    await expect(oras('blob', 'fetch', '--descriptor', `${repository}@${digest}`)).rejects.toThrow(/not found/);
  });

  test('an index is made out of images that are there', async () => {
    const repository = await pushImage('oras/index');

    await oras('manifest', 'index', 'create', `${repository}:index`, '1');

    const index: { manifests: { digest: string }[] } = JSON.parse(
      await oras('manifest', 'fetch', `${repository}:index`),
    );
    expect(index.manifests.map((it) => it.digest)).toEqual([stage.images.single.digest]);
  });
});

/** The types of the artifacts that refer to an image, as `oras discover` lists them. */
async function discover(oras: (...args: string[]) => Promise<string>, address: string, ...more: string[]) {
  const told: { manifests?: Referrer[]; referrers?: Referrer[] } = JSON.parse(
    await oras('discover', '--format', 'json', ...more, address),
  );
  return (told.referrers ?? told.manifests ?? []).map((it) => it.artifactType);
}

interface Referrer {
  readonly artifactType: string;
}
