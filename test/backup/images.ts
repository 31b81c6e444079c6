import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { expect } from 'vitest';
import { fsck } from '../../src/housekeeping/fsck.ts';
import { getImage } from '../../src/registry/get-image.ts';
import { readLayer } from '../../src/registry/layers.ts';
import type { Manifest } from '../../src/registry/parse-manifest.ts';
import { putImage } from '../../src/registry/put-image.ts';
import type { RegistryId } from '../../src/values/registry-id.ts';
import type { World } from '../../src/world.ts';
import { aManifest, pushLayer, sha256 } from '../manifests.ts';

export interface PushedImage {
  readonly registry: RegistryId;
  readonly repositoryName: string;
  readonly tag: string;
  readonly manifest: Manifest;
}

/** Pushes an image of a config and a layer that nothing else has. */
export async function pushImage(
  world: World,
  image: Omit<PushedImage, 'manifest'> & { readonly size?: number },
): Promise<PushedImage> {
  const { registry, repositoryName, tag, size = 10_000 } = image;
  const config = await pushLayer(world, registry, repositoryName, Buffer.from(`{"of":"${tag}"}`));
  const layer = await pushLayer(world, registry, repositoryName, randomBytes(size));
  const manifest = aManifest({ config, layers: [layer], note: tag });
  await putImage(world, { registry, repositoryName, manifest, tags: [tag] });
  return { registry, repositoryName, tag, manifest };
}

/** Pulls by tag: the manifest is what was pushed, and so is every layer that it names. */
export async function expectWhole(
  world: World,
  { registry, repositoryName, tag, manifest }: PushedImage,
): Promise<void> {
  const image = await getImage(world, { registry, repositoryName, reference: { tag } });
  expect(image.digest).toBe(manifest.digest);
  for (const { digest } of manifest.layers) {
    const layer = await readLayer(world, registry, repositoryName, digest);
    expect(sha256(await buffer(await layer.open()))).toBe(digest);
  }
}

/** Every row and every byte is right, nothing is stored that no row knows, and no upload is in progress. */
export async function expectClean(world: World): Promise<void> {
  const { findings, checked } = await fsck(world, { repair: false });
  expect({ findings, uploads: checked.uploads }).toEqual({ findings: [], uploads: 0 });
}
