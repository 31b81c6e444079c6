import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { aManifest, anIndex, pushLayer } from '../../test/manifests.ts';
import { deleteImageByDigest } from '../registry/delete-image.ts';
import { describeImages } from '../registry/describe-images.ts';
import type { Manifest } from '../registry/parse-manifest.ts';
import { putImage } from '../registry/put-image.ts';

const HOUR = 3_600_000;

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth();
});
afterAll(() => berth.stop());

/** An image with sixty signatures, one of which has a signature itself, and one that an index holds. */
async function pushFamily(repositoryName: string): Promise<Manifest> {
  await berth.createRepository(repositoryName);
  const config = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('{}'));
  const image = aManifest({ config });
  const signature = (note: string, { mediaType, digest, bytes }: Manifest) => {
    const subject = { mediaType, digest: digest as `sha256:${string}`, size: bytes.length };
    return aManifest({ config, note, artifactType: 'a/signature', subject });
  };
  const many = Array.from({ length: 60 }, (_, i) => signature(`${i}`, image));
  const held = signature('held', image);
  const index = anIndex([held]);
  const [first = image] = many;
  for (const manifest of [image, ...many, signature('of a signature', first), held, index]) {
    await putImage(berth.world, { registry: berth.registry, repositoryName, manifest, tags: [] });
  }
  return image;
}

async function count(repositoryName: string): Promise<number> {
  const page = { tagStatus: 'ANY', limit: 100 } as const;
  return (await describeImages(berth.world, berth.registry, repositoryName, page)).images.length;
}

test('what refers to a deleted image goes within a day, and what refers to that; what an index holds stays', async () => {
  const image = await pushFamily('app');
  await deleteImageByDigest(berth.world, berth.registry, 'app', image.digest);
  await berth.settle();
  expect(await count('app')).toBe(63);

  for (let hours = 0; hours < 24; hours += 6) {
    berth.pass(6 * HOUR);
    await berth.settle();
  }

  expect(await count('app')).toBe(2);
});

test('it stays when the image has come back', async () => {
  const image = await pushFamily('back');
  await deleteImageByDigest(berth.world, berth.registry, 'back', image.digest);
  await berth.settle();
  await putImage(berth.world, { registry: berth.registry, repositoryName: 'back', manifest: image, tags: [] });

  berth.pass(24 * HOUR);
  await berth.settle();

  expect(await count('back')).toBe(64);
});
