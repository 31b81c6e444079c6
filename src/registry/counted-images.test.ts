import { expect, test } from 'vitest';
import { aManifest, pushLayer } from '../../test/manifests.ts';
import { sharedBerth } from '../../test/shared-berth.ts';
import { countNearLimit } from './counted-images.ts';
import { putImage } from './put-image.ts';

const shared = sharedBerth();

test('images are counted again after ten seconds, and each time where the limit may be near', async () => {
  const berth = await shared.account();
  const repository = await berth.createRepository('app');
  const { world, registry } = berth;
  const config = await pushLayer(world, registry, 'app', Buffer.from('{}'));
  const push = (note: string) =>
    putImage(world, { registry, repositoryName: 'app', manifest: aManifest({ config, note }), tags: [] });
  const count = (limit: number) => world.metadata.write((tx) => countNearLimit(world, tx, repository.id, limit));

  // The first of them counts one image, and for ten seconds nobody counts where 10,000 more may come.
  for (const note of ['1', '2', '3']) await push(note);
  expect(await count(10_001)).toBeUndefined();
  expect(await count(10_000)).toBe(3);
  expect(await count(10_002)).toBe(3);
  expect(await count(10_003)).toBeUndefined();
  berth.pass(9_999);
  expect(await count(10_003)).toBeUndefined();
  berth.pass(1);
  expect(await count(10_003)).toBe(3);
});
