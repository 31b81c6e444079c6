import { PROBE_PREFIX, type StoredObject } from '../../storage/blobs/port.ts';
import { findObject, knownKeys } from '../../storage/metadata/integrity.ts';
import { addCollectedAgain } from '../../storage/metadata/journal.ts';
import { markObjectLost } from '../../storage/metadata/objects.ts';
import { type Inspection, reportMending } from './inspection.ts';
import { readWhole } from './read-whole.ts';

const DAY = 24 * 3_600_000;

/** How long bytes without a row are kept after a repair found them: they may belong to another copy of the database. */
export const QUARANTINE_MS = 7 * DAY;

/**
 * Everything stored belongs to an object, an upload or an entry of the journal. Rows come before bytes and go after
 * them, so bytes that had no row when their key was looked up, and are still there afterwards, have none. The pieces of
 * a draft have the row of its upload; a complete object has none any more.
 */
export async function checkStored(inspection: Inspection, see: (stored: StoredObject) => void): Promise<void> {
  let some: StoredObject[] = [];
  for await (const stored of inspection.world.blobs.list()) {
    if (stored.key.startsWith(PROBE_PREFIX)) continue;
    see(stored);
    some.push(stored);
    if (some.length < inspection.page) continue;
    await checkSome(inspection, some);
    some = [];
  }
  await checkSome(inspection, some);
}

async function checkSome(inspection: Inspection, some: readonly StoredObject[]): Promise<void> {
  const keys = some.flatMap(({ key, pieceOf }) => (pieceOf === undefined ? [key] : [key, pieceOf]));
  const known = await inspection.world.metadata.read((tx) => knownKeys(tx, keys));
  for (const stored of some) {
    const row = known.get(stored.key);
    if (!row && !isPieceOfDraft(stored, known)) await checkUnknown(inspection, stored);
    else if (row?.size !== undefined && row.size !== stored.sizeInBytes) await checkSize(inspection, stored.key);
    inspection.checked.stored += 1;
  }
  inspection.tick();
}

/** Only objects are known with their size: what has a row without one is an upload, or is removed with its pieces. */
function isPieceOfDraft({ pieceOf }: StoredObject, known: ReadonlyMap<string, { size?: number }>): boolean {
  const owner = pieceOf === undefined ? undefined : known.get(pieceOf);
  return owner !== undefined && owner.size === undefined;
}

async function checkUnknown(inspection: Inspection, { key, sizeInBytes, modifiedAt }: StoredObject): Promise<void> {
  const { world } = inspection;
  if (!(await world.blobs.has(key))) return;
  const now = world.clock.now().getTime();
  const finding = {
    kind: 'bytes-unknown' as const,
    subject: `object ${key}`,
    detail: `${sizeInBytes} bytes, last changed ${modifiedAt.toISOString()}, belong to no row.`,
    next: inspection.mayRepair
      ? 'They are removed by a collection in 7 days. Should the database be an old or a wrong one, put the right one back before.'
      : 'If the database is the right one, run berth fsck --repair: they are removed 7 days later.',
  };
  await reportMending(inspection, finding, 'mended', async () => {
    await world.metadata.write((tx) =>
      addCollectedAgain(tx, {
        object_key: key,
        account: '',
        region: '',
        digest: null,
        size: sizeInBytes,
        reason: 'fsck found bytes that belonged to no row',
        condemned_at: now,
        due_at: now + QUARANTINE_MS,
      }),
    );
    return true;
  });
}

/** A list may be older than the row: an object that was still growing then is measured again by reading it. */
async function checkSize(inspection: Inspection, key: string): Promise<void> {
  const { world, isDeep, mayRepair } = inspection;
  if (isDeep) return; // Every object is read anyway.
  const object = await world.metadata.read((tx) => findObject(tx, key));
  if (object?.state !== 'live') return;
  const stored = await readWhole(world, object);
  if (stored.kind !== 'read' || stored.storedSize === object.stored_size) return;
  const push = 'Push an image that has this layer again: its bytes are asked for until then.';
  const finding = {
    kind: 'wrong-size' as const,
    subject: `object ${key}, layer ${object.digest}`,
    detail: `It has ${stored.storedSize} bytes and should have ${object.stored_size}.`,
    next: mayRepair ? push : `Run berth fsck --repair, so that clients are told. ${push}`,
  };
  await reportMending(inspection, finding, 'contained', () => world.metadata.write((tx) => markObjectLost(tx, key)));
}
