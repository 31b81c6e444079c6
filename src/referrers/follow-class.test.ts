import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { aManifest, pushLayer } from '../../test/manifests.ts';
import { describeImages } from '../registry/describe-images.ts';
import type { Manifest } from '../registry/parse-manifest.ts';
import { putImage } from '../registry/put-image.ts';
import { updateStorageClass } from '../registry/update-storage-class.ts';
import type { StorageClass } from '../values/change.ts';

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth();
});
afterAll(() => berth.stop());

test('what refers to an image follows it into the archive and back, through as many steps as there are', async () => {
  const repositoryName = 'app';
  await berth.createRepository(repositoryName);
  const config = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('{}'));
  const into = { registry: berth.registry, repositoryName, tags: [] };
  const subjectOf = ({ mediaType, digest, bytes }: Manifest) => ({
    mediaType,
    digest: digest as `sha256:${string}`,
    size: bytes.length,
  });
  const image = aManifest({ config });
  const other = aManifest({ config, note: 'other' });
  const sbom = aManifest({ config, artifactType: 'an/sbom', subject: subjectOf(image) });
  const signature = aManifest({ config, artifactType: 'a/signature', subject: subjectOf(sbom) });
  const many = Array.from({ length: 60 }, (_, i) =>
    aManifest({ config, note: `${i}`, artifactType: 'a/signature', subject: subjectOf(image) }),
  );
  for (const manifest of [image, other, sbom, signature, ...many]) await putImage(berth.world, { ...into, manifest });
  const move = async (to: StorageClass) => {
    const imageId = { imageDigest: image.digest };
    await updateStorageClass(berth.world, berth.registry, repositoryName, { imageId, to });
    await berth.settle();
  };
  const active = async () => {
    const page = { tagStatus: 'ANY', limit: 100 } as const;
    return (await describeImages(berth.world, berth.registry, repositoryName, page)).images.map((it) => it.digest);
  };

  await move('ARCHIVE');
  expect(await active()).toEqual([other.digest]);

  await move('STANDARD');
  expect((await active()).length).toBe(4 + many.length);
});
