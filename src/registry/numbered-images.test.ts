import { afterAll, beforeAll, expect, test } from 'vitest';
import { aManifest, pushLayer } from '../../test/manifests.ts';
import { type QuietWorld, quietWorld } from '../../test/quiet-world.ts';
import { openPostgres } from '../storage/metadata/postgres.ts';
import { createRepository } from './create-repository.ts';
import { putImage } from './put-image.ts';

let quiet: QuietWorld;
beforeAll(async () => {
  quiet = await quietWorld();
});
afterAll(() => quiet.stop());

async function push(note: string): Promise<void> {
  const { world, registry } = quiet;
  const config = await pushLayer(world, registry, 'app', Buffer.from(JSON.stringify({ note })));
  const manifest = aManifest({ config, note });
  await putImage(world, { registry, repositoryName: 'app', manifest, tags: [note] });
}

async function numbers(table: 'images' | 'layers'): Promise<number[]> {
  const rows = await quiet.world.metadata.read((tx) =>
    tx.selectFrom(table).select('number').orderBy('number').execute(),
  );
  return rows.map((it) => Number(it.number));
}

test('images and layers have numbers in the order in which they come', async () => {
  await createRepository(quiet.world, { registry: quiet.registry, repositoryName: 'app' });
  for (const note of ['one', 'two']) await push(note);
  for (const table of ['images', 'layers'] as const) {
    const [first = 0, ...others] = await numbers(table);
    expect(others).toEqual([first + 1]);
  }
});

test('on PostgreSQL those that come later go behind what was copied there from another database', async () => {
  if (!quiet.isClustered) return;
  const { metadata, log } = quiet.world;
  await metadata.write(async (tx) => {
    for (const table of ['image_layers', 'tags', 'images', 'layers'] as const) await tx.deleteFrom(table).execute();
  });
  await push('copied');
  // As a copy leaves them, which brings its own numbers.
  await metadata.write(async (tx) => {
    await tx.deleteFrom('image_layers').execute();
    for (const table of ['images', 'layers'] as const) {
      const columns = await tx.selectFrom(table).selectAll().executeTakeFirstOrThrow();
      await tx.deleteFrom('tags').execute();
      await tx.deleteFrom(table).execute();
      await tx
        .insertInto(table)
        .values({ ...columns, number: 4_000 } as never)
        .execute();
    }
  });

  // As a server does that starts.
  const next = await openPostgres(quiet.database, { as: 'owner', connections: 2, log });
  await next.close();
  await push('later');

  expect(await numbers('images')).toEqual([4_000, 4_001]);
  expect(await numbers('layers')).toEqual([4_000, 4_001]);
});
