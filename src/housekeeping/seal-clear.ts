import { type Lease, leased, TAKEN } from '../jobs/lease.ts';
import { sealImage } from '../registry/image-cells.ts';
import { repositoryOf } from '../registry/repository.ts';
import { clearImages, clearObjects, putSealedImage, type SealedImageRow } from '../storage/metadata/sealing.ts';
import { Refusal } from '../values/refusal.ts';
import type { World } from '../world.ts';
import { inBatches, type Pace, writeBatch } from './batches.ts';
import { sealObject } from './seal-object.ts';

const SEALING_LEASE = 'seal-what-is-clear';
const LIMITS = { batch: 50 };

export interface SealingReport {
  /** Manifests that were sealed. */
  readonly images: number;
  readonly objects: number;
  readonly bytes: number;
  /** Objects that could not be sealed now, since their bytes were not what they should be: `berth fsck` tells which. */
  readonly failed: number;
}

/**
 * Seals what is stored in the clear: manifests and layers from before there was sealing, or from a time when layers were
 * left to the store. Where that is so now, layers stay as they are. One process at a time, else it answers `TAKEN`; it can
 * be cut off anywhere and goes on where it was. Everything can be read all the time.
 */
export async function sealWhatIsClear(world: World, signal?: AbortSignal): Promise<SealingReport | typeof TAKEN> {
  const report = await leased(world, { name: SEALING_LEASE, ...(signal && { signal }) }, async (lease) => {
    const pace = { lease, signal: lease.signal, limits: LIMITS };
    const images = await sealImages(world, pace);
    const objects = world.rules.sealsLayers ? await sealObjects(world, lease, pace) : NOTHING;
    return { images, ...objects };
  });
  const isWorthTelling = report !== TAKEN && report.images + report.objects + report.failed > 0;
  if (isWorthTelling) world.log.info({ job: SEALING_LEASE, ...report }, 'what was stored in the clear was sealed');
  return report;
}

const NOTHING = { objects: 0, bytes: 0, failed: 0 };

async function sealImages(world: World, pace: Pace): Promise<number> {
  let sealed = 0;
  let after = { repository_id: '', digest: '' };
  await inBatches(pace, async (batch) => {
    const images = await world.metadata.read((tx) => clearImages(tx, after, batch));
    after = images.at(-1) ?? after;
    const done: SealedImageRow[] = [];
    for (const { repository_id, digest, manifest, annotations, repository } of images) {
      const contents = {
        digest,
        bytes: Buffer.from(manifest),
        annotations: annotations === null ? undefined : textsIn(annotations),
      };
      const cells = await unlessRefused(sealImage(world, repositoryOf(repository), contents));
      if (cells) done.push({ repository_id, digest, ...cells });
    }
    await writeBatch(world.metadata, pace, async (tx) => {
      for (const it of done) await putSealedImage(tx, it);
    });
    sealed += done.length;
    return images.length;
  });
  return sealed;
}

async function sealObjects(world: World, lease: Lease, pace: Pace): Promise<Omit<SealingReport, 'images'>> {
  let after = '';
  const done = { ...NOTHING };
  await inBatches(pace, async (batch) => {
    const objects = await world.metadata.read((tx) => clearObjects(tx, after, batch));
    for (const { repository_name: name, ...object } of objects) {
      // One that no layer needs is collected soon.
      if (name === null) continue;
      if (lease.signal.aborted) break;
      const outcome = await sealObject(world, object, { name, lease });
      if (outcome === 'sealed') {
        done.objects += 1;
        done.bytes += object.size;
      }
      if (outcome === 'wrong') done.failed += 1;
    }
    after = objects.at(-1)?.object_key ?? after;
    return objects.length;
  });
  return done;
}

/** A manifest whose key cannot be used now is sealed when it can. */
async function unlessRefused<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    if (error instanceof Refusal) return undefined;
    throw error;
  });
}

function textsIn(annotations: string): Record<string, string> {
  return JSON.parse(annotations) as Record<string, string>;
}
