import { Readable } from 'node:stream';
import { collect } from '../../src/housekeeping/collect.ts';
import { expireUploads } from '../../src/housekeeping/expire-uploads.ts';
import { appendToUpload } from '../../src/registry/append-to-upload.ts';
import { createRepository } from '../../src/registry/create-repository.ts';
import { deleteImageByDigest } from '../../src/registry/delete-image.ts';
import { deleteRepository } from '../../src/registry/delete-repository.ts';
import { cancelUpload } from '../../src/registry/end-upload.ts';
import { deleteLayer } from '../../src/registry/layers.ts';
import { mountLayer } from '../../src/registry/mount-layer.ts';
import type { Manifest } from '../../src/registry/parse-manifest.ts';
import { putImage } from '../../src/registry/put-image.ts';
import { startUpload } from '../../src/registry/uploads.ts';
import type { World } from '../../src/world.ts';
import { aManifest, descriptorOf, OWNER, pushLayer } from '../manifests.ts';

export const REGISTRY = { account: '123456789012', region: 'us-east-1' };

const DAY = 24 * 3_600_000;

/** Everything here is the same in each process: what a killed one pushed the next one knows by its contents. */
const bytesOf = (name: string) => Buffer.from(`${name} `.repeat(400));

export const CONTENTS = {
  config: bytesOf('config'),
  base: bytesOf('base'),
  added: bytesOf('added'),
  shared: bytesOf('shared by both'),
  forgotten: bytesOf('forgotten'),
} as const;

/** The image that was there before: it must survive whatever happens. */
export const KEPT = imageOf(['config', 'base'], 'kept');
/** The one that is pushed while the process dies. */
export const PUSHED = imageOf(['config', 'added', 'shared'], 'pushed');
/** The one that is deleted while it does. */
export const DELETED = imageOf(['config', 'shared'], 'deleted');

function imageOf([config, ...layers]: readonly (keyof typeof CONTENTS)[], note: string): Manifest {
  const all = layers.map((name) => descriptorOf(CONTENTS[name]));
  return aManifest({ config: descriptorOf(CONTENTS[config ?? 'config']), layers: all, note });
}

/** What is there before each scenario. */
async function prepare(world: World): Promise<void> {
  for (const repositoryName of ['app', 'other']) await createRepository(world, { registry: REGISTRY, repositoryName });
  for (const bytes of [CONTENTS.config, CONTENTS.base]) await pushLayer(world, REGISTRY, 'app', bytes);
  for (const bytes of [CONTENTS.config, CONTENTS.shared]) await pushLayer(world, REGISTRY, 'other', bytes);
  await putImage(world, { registry: REGISTRY, repositoryName: 'app', manifest: KEPT, tags: ['kept'] });
  await putImage(world, { registry: REGISTRY, repositoryName: 'other', manifest: DELETED, tags: ['deleted'] });
}

/** Pushes with bytes that are new, that the registry has already, and that are mounted. */
export async function push(world: World): Promise<void> {
  const mount = { registry: REGISTRY, from: 'other', to: 'app', mayRead: async () => true };
  await mountLayer(world, { ...mount, digest: descriptorOf(CONTENTS.config).digest });
  await pushLayer(world, REGISTRY, 'app', CONTENTS.added);
  await pushLayer(world, REGISTRY, 'app', CONTENTS.shared);
  await putImage(world, { registry: REGISTRY, repositoryName: 'app', manifest: PUSHED, tags: ['pushed'] });
}

async function remove(world: World): Promise<void> {
  const owner = { registry: REGISTRY, repositoryName: 'other', principal: OWNER };
  const { id: uploadId } = await startUpload(world, owner);
  await appendToUpload(world, { ...owner, uploadId, bytes: Readable.from([CONTENTS.added]) });
  await cancelUpload(world, { ...owner, uploadId });
  await deleteImageByDigest(world, REGISTRY, 'other', DELETED.digest);
  await deleteLayer(world, REGISTRY, 'other', descriptorOf(CONTENTS.shared).digest);
  await deleteRepository(world, { registry: REGISTRY, repositoryName: 'other', force: true });
}

/** Leaves something for each part of a collection, and collects it. */
async function tidy(world: World): Promise<void> {
  await collectEverything(later(world, 2 * DAY));
}

/** As if so much time had gone by. */
export function later(world: World, ms: number): World {
  const now = new Date(world.clock.now().getTime() + ms);
  return { ...world, clock: { now: () => now } };
}

export async function collectEverything(world: World): Promise<void> {
  await expireUploads(world, { limits: { batch: 2 } });
  await collect(world, { limits: { batch: 2, removals: 2 } });
}

/** Before `tidy`: a layer and an upload whose time is over, a deleted repository. */
async function litter(world: World): Promise<void> {
  await pushLayer(world, REGISTRY, 'app', CONTENTS.added);
  const owner = { registry: REGISTRY, repositoryName: 'app', principal: OWNER };
  const { id: uploadId } = await startUpload(world, owner);
  await appendToUpload(world, { ...owner, uploadId, bytes: Readable.from([CONTENTS.forgotten]) });
  await deleteRepository(world, { registry: REGISTRY, repositoryName: 'other', force: true });
}

export interface Scenario {
  /** Done before, by a process that lives. */
  readonly before: (world: World) => Promise<void>;
  readonly run: (world: World) => Promise<void>;
}

export const SCENARIOS = {
  push: { before: prepare, run: push },
  delete: { before: prepare, run: remove },
  collection: {
    async before(world) {
      await prepare(world);
      await litter(world);
    },
    run: tidy,
  },
} satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;

export function isScenarioName(text: string | undefined): text is ScenarioName {
  return text !== undefined && text in SCENARIOS;
}
