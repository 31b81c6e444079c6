import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleteImageByDigest } from '../src/registry/delete-image.ts';
import type { Manifest } from '../src/registry/parse-manifest.ts';
import { putImage } from '../src/registry/put-image.ts';
import { berth as command } from './backup/command.ts';
import { startBerth, type TestBerth } from './berth.ts';
import { aManifest, pushLayer } from './manifests.ts';

let berth: TestBerth;
let first: Manifest;
let second: Manifest;

beforeAll(async () => {
  berth = await startBerth({ settings: { trashDays: 30 } });
  await berth.createRepository('app');
  const config = await pushLayer(berth.world, berth.registry, 'app', Buffer.from('{}'));
  first = aManifest({ config, note: 'first' });
  second = aManifest({ config, note: 'second' });
  await push(first, 'latest', 'v1');
  await push(second, 'latest');
  await fetch(`${berth.url}/v2/app/manifests/latest`, { headers: { authorization: berth.authorization } });
  await fetch(`${berth.url}/v2/app/_berth/in-use`, {
    method: 'PUT',
    headers: { authorization: berth.authorization },
    body: JSON.stringify({ reporter: 'prod', images: [{ imageDigest: second.digest, inUseCount: 3 }] }),
  });
  await deleteImageByDigest(berth.world, berth.registry, 'app', first.digest);
  await berth.settle();
});
afterAll(() => berth.stop());

async function push(manifest: Manifest, ...tags: string[]): Promise<void> {
  await putImage(berth.world, { registry: berth.registry, repositoryName: 'app', manifest, tags });
}

const run = (...args: string[]) => command([...args, '--data-dir', berth.settings.dataDir]);

test('pulls and use are shown by image, beside a running server', async () => {
  const [pulls, inUse] = await Promise.all([run('pulls', 'app'), run('in-use', 'app', '--output', 'json')]);

  expect(pulls.out).toMatch(/^PULLS +LAST PULLED +TAG +DIGEST\n/);
  expect(pulls.out).toMatch(new RegExp(`^1 +\\S+Z +latest +${second.digest}$`, 'm'));
  expect(JSON.parse(inUse.out)).toEqual([
    expect.objectContaining({ imageDigest: second.digest, imageTags: ['latest'], inUseCount: 3 }),
  ]);
});

test('a tag tells where it pointed', async () => {
  const { out } = await run('tags', 'history', 'app', 'latest', '--output', 'json');

  const moves: { to?: string; from?: string }[] = JSON.parse(out);
  expect(moves.map(({ from, to }) => [from, to])).toEqual([
    [first.digest, second.digest],
    [undefined, first.digest],
  ]);
});

test('what was deleted is had back by its digest, and a tag where it pointed', async () => {
  const image = await run('undelete', 'app', '--digest', first.digest);
  expect(image).toMatchObject({ status: 0, out: `The image ${first.digest} is there, tagged v1.\n` });

  const tag = await run('undelete', 'app', '--tag', 'latest', '--output', 'json');
  expect(JSON.parse(tag.out)).toMatchObject({ digest: first.digest });

  const pulled = await fetch(`${berth.url}/v2/app/manifests/latest`, {
    headers: { authorization: berth.authorization },
  });
  expect(await pulled.text()).toBe(first.bytes.toString());
});

test.each([
  [['undelete', 'app'], 'Say one of --digest, --tag and --repository.'],
  [['undelete', 'app', '--tag', 'latest', '--at', 'yesterday'], '--at yesterday is no time.'],
  [['undelete', 'app', '--tag', 'never'], 'never'],
  [['pulls', 'none'], "The repository with name 'none' does not exist"],
])('%s says what is wrong', async (args, message) => {
  const { status, err } = await run(...args);

  expect(status).not.toBe(0);
  expect(err).toContain(message);
  expect(err).not.toContain('bug');
});
