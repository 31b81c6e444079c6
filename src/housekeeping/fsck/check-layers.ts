import { leaseFrom } from '../../registry/lease.ts';
import { type CheckedLayer, layersAfter } from '../../storage/metadata/integrity.ts';
import { extendLease } from '../../storage/metadata/layers.ts';
import { nameOf } from './finding.ts';
import { type Inspection, reportMending } from './inspection.ts';

/** Every layer has an object with its digest and size, and goes when it is no longer needed. */
export async function checkLayers(inspection: Inspection): Promise<void> {
  const { world, page, checked } = inspection;
  for (let after = { repository_id: '', digest: '' }; ; ) {
    const layers = await world.metadata.read((tx) => layersAfter(tx, after, page));
    for (const layer of layers) await checkLayer(inspection, layer);
    checked.layers += layers.length;
    inspection.tick();
    const last = layers.at(-1);
    if (!last || layers.length < page) return;
    after = last;
  }
}

async function checkLayer(inspection: Inspection, layer: CheckedLayer): Promise<void> {
  const subject = nameOf(layer, `, layer ${layer.digest}`);
  if (layer.object_digest !== layer.digest || layer.object_size !== layer.size) {
    const detail =
      layer.object_digest === null
        ? `Its object ${layer.object_key} is not there.`
        : `Its object ${layer.object_key} is ${layer.object_digest} with ${layer.object_size} bytes, not ${layer.size}.`;
    const next = 'Restore the database from a backup, or delete the images that need the layer and push them again.';
    inspection.report({ kind: 'layer-without-object', subject, detail, next, outcome: 'found' });
  }
  if (layer.leased_until > 0 || layer.is_referenced) return;
  const finding = {
    kind: 'layer-forgotten' as const,
    subject,
    detail: 'No image needs it, and no collection would look at it.',
    next: 'Run berth fsck --repair: it leaves its repository a day later, unless an image needs it then.',
  };
  await reportMending(inspection, finding, 'mended', async () => {
    const until = leaseFrom(inspection.world.clock.now());
    await inspection.world.metadata.write((tx) => extendLease(tx, layer.repository_id, [layer.digest], until));
    return true;
  });
}
