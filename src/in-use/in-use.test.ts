import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { loginOf } from '../../test/identity.ts';
import { aManifest, pushLayer } from '../../test/manifests.ts';
import { deleteImages } from '../registry/delete-images.ts';
import type { Manifest } from '../registry/parse-manifest.ts';
import { putImage } from '../registry/put-image.ts';
import { Refusal } from '../values/refusal.ts';
import { parseReport } from './report-in-use.ts';

const HOUR = 60 * 60 * 1000;
const UNKNOWN = `sha256:${'0'.repeat(64)}`;

let berth: TestBerth;
let repositoryName: string;
let one: Manifest;
let two: Manifest;
let count = 0;

beforeAll(async () => {
  berth = await startBerth();
});
afterAll(() => berth.stop());
beforeEach(async () => {
  count += 1;
  repositoryName = `app-${count}`;
  await berth.createRepository(repositoryName);
  const config = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('{}'));
  [one, two] = [aManifest({ config, note: '1' }), aManifest({ config, note: '2' })];
  for (const [manifest, tag] of [
    [one, 'v1'],
    [two, 'v2'],
  ] as const) {
    await putImage(berth.world, { registry: berth.registry, repositoryName, manifest, tags: [tag] });
  }
});

const ask = async (method: string, body?: unknown, query = '') => {
  const answer = await fetch(`${berth.url}/v2/${repositoryName}/_berth/in-use${query}`, {
    method,
    headers: { Authorization: await loginOf(berth, berth) },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, json: await answer.json(), link: answer.headers.get('link') };
};
const report = (reporter: string, ...images: { imageDigest: string; inUseCount?: number; detail?: string }[]) =>
  ask('PUT', { reporter, images });
const inUse = async () => (await ask('GET')).json;

test('what runs is reported by digest, and counted over all reporters', async () => {
  const at = berth.world.clock.now().toISOString();
  expect(await report('prod', { imageDigest: one.digest, inUseCount: 3, detail: 'deployment/web' })).toMatchObject({
    status: 200,
    json: { unknownDigests: [] },
  });
  await report('staging', { imageDigest: one.digest }, { imageDigest: one.digest });

  expect(await inUse()).toEqual({
    images: [
      {
        imageDigest: one.digest,
        imageTags: ['v1'],
        lastInUseAt: at,
        inUseCount: 5,
        reporters: [
          { reporter: 'prod', lastInUseAt: at, inUseCount: 3, detail: 'deployment/web' },
          { reporter: 'staging', lastInUseAt: at, inUseCount: 2 },
        ],
      },
    ],
  });
});

test('a report is all that its reporter runs: what it leaves out is not in use any more, and when it was stays', async () => {
  const first = berth.world.clock.now().toISOString();
  await report('prod', { imageDigest: one.digest });
  berth.pass(HOUR);
  await report('prod', { imageDigest: two.digest });

  const counts = async () =>
    (await inUse()) as { images: { imageDigest: string; inUseCount: number; lastInUseAt: string }[] };
  const of = async ({ digest }: Manifest) => (await counts()).images.find((it) => it.imageDigest === digest);
  expect(await of(one)).toMatchObject({ inUseCount: 0, lastInUseAt: first });
  expect(await of(two)).toMatchObject({ inUseCount: 1 });

  berth.pass(25 * HOUR);
  expect(await of(two)).toMatchObject({ inUseCount: 0 });
});

test('digests that the repository does not have are answered, and leave nothing', async () => {
  expect((await report('prod', { imageDigest: UNKNOWN }, { imageDigest: one.digest })).json).toEqual({
    unknownDigests: [UNKNOWN],
  });
  await deleteImages(berth.world, berth.registry, repositoryName, [{ imageDigest: one.digest }]);

  expect(await inUse()).toEqual({ images: [] });
});

test('pages go on behind the last digest', async () => {
  await report('prod', { imageDigest: one.digest }, { imageDigest: two.digest });
  const sorted = [one.digest, two.digest].toSorted();

  const first = await ask('GET', undefined, '?n=1');
  const second = await ask('GET', undefined, `?n=1&last=${encodeURIComponent(sorted[0] ?? '')}`);

  expect(first.link).toBe(
    `</v2/${repositoryName}/_berth/in-use?n=1&last=${encodeURIComponent(sorted[0] ?? '')}>; rel="next"`,
  );
  expect([first.json, second.json]).toMatchObject(sorted.map((imageDigest) => ({ images: [{ imageDigest }] })));
  expect(second.link).toBeNull();
});

describe('a report that is none', () => {
  test.each([
    ['no JSON', '{', 'report'],
    ['no reporter', { images: [] }, 'reporter'],
    ['a reporter with a space', { reporter: 'a b', images: [] }, 'reporter'],
    ['what is no digest', { reporter: 'a', images: [{ imageDigest: 'latest' }] }, 'images.0.imageDigest'],
    ['less than none', { reporter: 'a', images: [{ imageDigest: UNKNOWN, inUseCount: -1 }] }, 'images.0.inUseCount'],
    ['a member that is not known', { reporter: 'a', images: [], more: 1 }, 'more'],
  ])('%s is refused, and the refusal names the member', async (_, body, member) => {
    expect(await ask('PUT', body)).toMatchObject({
      status: 405,
      json: { errors: [{ code: 'UNSUPPORTED', message: expect.stringContaining(`Invalid parameter at '${member}'`) }] },
    });
  });

  test('is refused and nothing else, whatever it is', () => {
    const anything = fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      try {
        parseReport(text);
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    });
    fc.assert(anything);
  });

  test('is refused when it is too large', async () => {
    expect((await ask('PUT', ' '.repeat(5 * 1024 * 1024))).status).toBe(413);
  });
});
