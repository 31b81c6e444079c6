import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { aManifest, anIndex, descriptorOf, pushLayer } from '../../test/manifests.ts';
import { describeImages, describeNamedImages } from './describe-images.ts';
import { findImages } from './find-images.ts';
import type { ImageId } from './image-id.ts';
import { listImages, type TagStatus } from './list-images.ts';
import { listRepositories } from './list-repositories.ts';
import { listTags } from './list-tags.ts';
import type { Manifest } from './parse-manifest.ts';
import { putImage } from './put-image.ts';
import { listReferrers } from './referrers.ts';

let berth: TestBerth;
const images: Manifest[] = [];

beforeAll(async () => {
  berth = await startBerth();
  await berth.createRepository('app');
  const config = await pushLayer(berth.world, berth.registry, 'app', Buffer.from('{}'));
  for (let i = 0; i < 7; i++) {
    const manifest = aManifest({ config, note: `image ${i}` });
    images.push(manifest);
    const tags = i < 4 ? [`t${i}`, `u${i}`] : [];
    await putImage(berth.world, { registry: berth.registry, repositoryName: 'app', manifest, tags });
    if (i !== 2) berth.pass(1000); // Two of one moment.
  }
});
afterAll(() => berth.stop());

/** Every element of a list, page by page. */
async function all<T>(page: (after: string | undefined) => Promise<{ items: readonly T[]; next?: string }>) {
  const found: T[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await page(after);
    found.push(...items);
    after = next;
  } while (after !== undefined);
  return found;
}

test.each([1, 2, 3, 100])('images come tag by tag, then the untagged, in pages of %i', async (limit) => {
  const list = (tagStatus: TagStatus) =>
    all(async (after) => {
      const { imageIds, ...rest } = await listImages(berth.world, berth.registry, 'app', { tagStatus, after, limit });
      return { items: imageIds, ...rest };
    });
  const tagged: ImageId[] = ['t', 'u'].flatMap((letter) =>
    [0, 1, 2, 3].map((i) => ({ imageDigest: images[i]?.digest, imageTag: `${letter}${i}` })),
  );
  const untagged = images
    .slice(4)
    .map((it) => ({ imageDigest: it.digest }))
    .toSorted((a, b) => (a.imageDigest < b.imageDigest ? -1 : 1));

  expect(await list('TAGGED')).toEqual(tagged);
  expect(await list('UNTAGGED')).toEqual(untagged);
  expect(await list('ANY')).toEqual([...tagged, ...untagged]);
});

test.each([1, 2, 100])('details come youngest first, in pages of %i, and none twice', async (limit) => {
  const list = (tagStatus: TagStatus) =>
    all(async (after) => {
      const { images: items, ...rest } = await describeImages(berth.world, berth.registry, 'app', {
        tagStatus,
        after,
        limit,
      });
      return { items, ...rest };
    });
  const every = await list('ANY');
  expect(every).toHaveLength(7);
  const places = every.map((it) => `${it.pushedAt.toISOString()} ${it.digest}`);
  expect(places).toEqual(places.toSorted().reverse());
  expect(every.at(-1)).toMatchObject({ digest: images[0]?.digest, tags: ['t0', 'u0'], sizeInBytes: 2 });

  const byStatus = [...(await list('TAGGED')), ...(await list('UNTAGGED'))].map((it) => it.digest);
  expect(byStatus.toSorted()).toEqual(every.map((it) => it.digest).toSorted());
});

test('images that are named come once each, and the first that is missing fails the call', async () => {
  const digest = images[0]?.digest ?? '';
  const named = await describeNamedImages(berth.world, berth.registry, 'app', [
    { imageTag: 't0' },
    { imageDigest: digest },
    { imageTag: 't1' },
  ]);
  expect(named.map((it) => it.tags)).toEqual([
    ['t0', 'u0'],
    ['t1', 'u1'],
  ]);
  await expect(
    describeNamedImages(berth.world, berth.registry, 'app', [{ imageTag: 't0' }, { imageTag: 'none' }]),
  ).rejects.toThrow(
    "The image with imageId {imageDigest:'null', imageTag:'none'} does not exist within the repository with name 'app' in the registry with id '123456789012'",
  );
});

test('an image that is asked for by tag and by digest comes twice, and failures stop nothing', async () => {
  const digest = images[1]?.digest ?? '';
  const found = await findImages(berth.world, berth.registry, 'app', [
    { imageTag: 't1' },
    { imageTag: 'none' },
    { imageDigest: digest },
  ]);
  expect(found.images.map((it) => [it.digest, it.tag])).toEqual([
    [digest, 't1'],
    [digest, undefined],
  ]);
  expect(found.failures).toMatchObject([{ failureCode: 'ImageNotFound' }]);
});

test('tags come in byte order after the last one seen, whether that exists or not', async () => {
  const page = await listTags(berth.world, berth.registry, 'app', { after: 't11', limit: 3 });
  expect(page).toEqual({ tags: ['t2', 't3', 'u0'], next: 'u0' });
  expect(await listTags(berth.world, berth.registry, 'app', { after: 'u3', limit: 3 })).toEqual({ tags: [] });
});

test('repositories come by name, page by page, those of other registries never', async () => {
  for (const name of ['b/2', 'b/10', 'b-1']) await berth.createRepository(name);
  const first = await listRepositories(berth.world, berth.registry, { limit: 2 });
  expect([first.repositories.map((it) => it.name), first.next]).toEqual([['app', 'b-1'], 'b-1']);
  const rest = await listRepositories(berth.world, berth.registry, { after: first.next, limit: 2 });
  expect([rest.repositories.map((it) => it.name), rest.next]).toEqual([['b/10', 'b/2'], undefined]);
  expect(await listRepositories(berth.world, { ...berth.registry, region: 'eu-west-1' }, { limit: 10 })).toEqual({
    repositories: [],
  });
});

test('referrers are found by their subject, filtered, paged, and joined with those under the fallback tag', async () => {
  await berth.createRepository('signed');
  const config = await pushLayer(berth.world, berth.registry, 'signed', Buffer.from('{}'));
  const into = { registry: berth.registry, repositoryName: 'signed' };
  const subject = descriptorOf(Buffer.from('a subject that is not here'), 'application/vnd.oci.image.manifest.v1+json');
  const referrers = ['sbom', 'signature', 'signature'].map((kind, i) =>
    aManifest({ config, subject, artifactType: `application/${kind}`, note: `referrer ${i}` }),
  );
  for (const manifest of referrers) await putImage(berth.world, { ...into, manifest, tags: [] });
  const old = aManifest({ config, artifactType: 'application/old', note: 'listed by its client' });
  await putImage(berth.world, { ...into, manifest: old, tags: [] });
  await putImage(berth.world, {
    ...into,
    manifest: anIndex([old]),
    tags: [subject.digest.replace(':', '-')],
  });

  const query = (more: object) =>
    listReferrers(berth.world, berth.registry, 'signed', { subject: subject.digest, limit: 50, ...more });
  const everyDigest = [...referrers, old].map((it) => it.digest).toSorted();
  expect((await query({})).referrers.map((it) => it.digest)).toEqual(everyDigest);

  const signatures = await query({ artifactTypes: ['application/signature'] });
  expect(signatures.referrers.map((it) => it.artifactType)).toEqual(['application/signature', 'application/signature']);
  expect(signatures.referrers[0]?.annotations).toMatchObject({ note: expect.stringContaining('referrer') });

  const paged = await all(async (after) => {
    const { referrers: items, ...rest } = await query({ limit: 1, after });
    return { items, ...rest };
  });
  expect(paged.map((it) => it.digest)).toEqual(everyDigest);
});
