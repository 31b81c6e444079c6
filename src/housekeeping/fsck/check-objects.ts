import { queueObjects } from '../../storage/metadata/candidates.ts';
import { layersOfObject } from '../../storage/metadata/digest-facts.ts';
import { type CheckedObject, findObject, objectsAfter } from '../../storage/metadata/integrity.ts';
import { markObjectFound, markObjectLost } from '../../storage/metadata/objects.ts';
import { isRight } from '../judge.ts';
import type { FindingKind } from './finding.ts';
import { type Inspection, reportMending } from './inspection.ts';
import { readWhole, type Stored } from './read-whole.ts';
import { severalAtOnce } from './several-at-once.ts';

const AT_ONCE = 4;
const PUSH = 'Push an image that has this layer again: its bytes are asked for until then.';

/** Every object's bytes are there, whole, and what its digest says. */
export async function checkObjects(inspection: Inspection): Promise<void> {
  const { world, page } = inspection;
  for (let after = ''; ; ) {
    const objects = await world.metadata.read((tx) => objectsAfter(tx, after, page));
    await severalAtOnce(objects, AT_ONCE, (object) => checkObject(inspection, object));
    const last = objects.at(-1);
    if (!last || objects.length < page) return;
    after = last.object_key;
  }
}

async function checkObject(inspection: Inspection, object: CheckedObject): Promise<void> {
  await checkIsKnown(inspection, object);
  const stored = await look(inspection, object);
  const wrong = stored && wrongOf(object, stored);
  if (object.state === 'lost') await reportLost(inspection, object, isSeenRight(object, stored));
  else if (wrong) await reportWrong(inspection, object, wrong);
  inspection.checked.objects += 1;
  if (stored?.kind === 'read' && stored.closed !== undefined) inspection.checked.closed += 1;
  else if (stored?.kind === 'read') inspection.checked.bytes += object.size;
  inspection.tick();
}

/** Bytes that nobody may open now were not seen. */
function isSeenRight(object: CheckedObject, stored: Stored | undefined): boolean {
  return stored?.kind === 'read' && stored.closed === undefined && isRight(object, stored);
}

/** One that no layer points at waits for a collection, or it would never go. */
async function checkIsKnown(inspection: Inspection, object: CheckedObject): Promise<void> {
  if (object.is_referenced || object.is_queued) return;
  const finding = {
    kind: 'object-forgotten' as const,
    subject: object.object_key,
    detail: 'No layer has these bytes, and no collection would look at them.',
    next: 'Run berth fsck --repair: the next collection removes them then.',
  };
  await reportMending(inspection, finding, 'mended', async () => {
    const why = 'no layer had its bytes when fsck looked';
    await inspection.world.metadata.write((tx) => queueObjects(tx, [object.object_key], why));
    return true;
  });
}

/** What is stored; undefined when something is and nobody asked to read it. */
async function look({ world, isDeep }: Inspection, object: CheckedObject): Promise<Stored | undefined> {
  if (isDeep) return readWhole(world, object);
  return (await world.blobs.has(object.object_key)) ? undefined : { kind: 'missing' };
}

function wrongOf(object: CheckedObject, stored: Stored): { kind: FindingKind; detail: string } | undefined {
  if (stored.kind === 'missing') return { kind: 'bytes-missing', detail: 'Its bytes are not in the store.' };
  if (stored.kind === 'unreadable') {
    return { kind: 'bytes-unreadable', detail: `Its bytes cannot be read: ${stored.why}.` };
  }
  if (stored.storedSize !== object.stored_size) {
    return { kind: 'wrong-size', detail: `It has ${stored.storedSize} bytes and should have ${object.stored_size}.` };
  }
  if (stored.closed !== undefined) return undefined;
  if (stored.fault !== undefined) {
    return { kind: 'seal-broken', detail: `Its bytes are not what was sealed: ${stored.fault}.` };
  }
  if (stored.digest !== object.digest) {
    return {
      kind: 'wrong-digest',
      detail: `Its bytes have the digest ${stored.digest} and should have ${object.digest}.`,
    };
  }
  return undefined;
}

/** Reported once it is sure that no collection took the object meanwhile. */
async function reportWrong(
  inspection: Inspection,
  object: CheckedObject,
  wrong: { kind: FindingKind; detail: string },
): Promise<void> {
  const { world } = inspection;
  const current = await world.metadata.read((tx) => findObject(tx, object.object_key));
  if (current?.state !== 'live') return;
  const finding = { ...wrong, subject: await subjectOf(inspection, object) };
  if (wrong.kind === 'bytes-unreadable') {
    // A disk or a network that fails for a while damages nothing: only what is known to be wrong is given up.
    inspection.report({ ...finding, next: 'Look into the store and its log, then check again.', outcome: 'found' });
    return;
  }
  const next = inspection.mayRepair ? PUSH : `Run berth fsck --repair, so that clients are told. ${PUSH}`;
  await reportMending(inspection, { ...finding, next }, 'contained', () =>
    world.metadata.write((tx) => markObjectLost(tx, object.object_key)),
  );
}

/** Its bytes may have come back with a volume that was not mounted; only reading them all can tell. */
async function reportLost(inspection: Inspection, object: CheckedObject, isRight: boolean): Promise<void> {
  if (!object.is_referenced) return;
  const { world } = inspection;
  const current = await world.metadata.read((tx) => findObject(tx, object.object_key));
  if (current?.state !== 'lost') return;
  const subject = await subjectOf(inspection, object);
  if (!isRight) {
    const detail = 'Its bytes are known to be missing or damaged.';
    inspection.report({ kind: 'object-lost', subject, detail, next: PUSH, outcome: 'found' });
    return;
  }
  const finding = {
    kind: 'object-found' as const,
    subject,
    detail: 'It counts as lost, but its bytes are there and right.',
    next: 'Run berth fsck --repair: clients find it again then.',
  };
  await reportMending(inspection, finding, 'mended', () =>
    world.metadata.write((tx) => markObjectFound(tx, object.object_key)),
  );
}

/** The object with some of the layers that it is. */
async function subjectOf({ world }: Inspection, object: CheckedObject): Promise<string> {
  const layers = await world.metadata.read((tx) => layersOfObject(tx, object.object_key, 3));
  const where = layers.map((it) => `${it.account}/${it.region}/${it.name}`).join(', ');
  return `object ${object.object_key}, layer ${object.digest} of ${where === '' ? 'no repository' : where}`;
}
