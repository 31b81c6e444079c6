import { endUpload } from '../../registry/end-upload.ts';
import type { StoredObject } from '../../storage/blobs/port.ts';
import { uploadsAfter } from '../../storage/metadata/integrity.ts';
import type { UploadRow } from '../../storage/metadata/tables.ts';
import { findUpload } from '../../storage/metadata/uploads.ts';
import { type Inspection, reportMending } from './inspection.ts';

/**
 * Uploads as they were before storage was listed: what a row promised then must be there, in one object or in pieces,
 * for drafts only grow.
 */
export interface UploadWatch {
  see(stored: StoredObject): void;
  /** To be called when everything stored has been seen. */
  finish(): Promise<void>;
}

interface Watched {
  readonly row: UploadRow;
  /** Bytes of it that were listed. */
  seen: number;
}

export async function watchUploads(inspection: Inspection): Promise<UploadWatch> {
  const { world, page, checked } = inspection;
  const unseen = new Map<string, Watched>();
  for (let after = ''; ; ) {
    const rows = await world.metadata.read((tx) => uploadsAfter(tx, after, page));
    // A draft without bytes promises nothing, and some stores keep nothing for it.
    for (const row of rows) if (row.stored_size > 0) unseen.set(row.object_key, { row, seen: 0 });
    checked.uploads += rows.length;
    const last = rows.at(-1);
    if (!last || rows.length < page) break;
    after = last.id;
  }
  return {
    see({ key, pieceOf, sizeInBytes }) {
      const watched = unseen.get(pieceOf ?? key);
      if (watched) watched.seen += sizeInBytes;
    },
    async finish() {
      for (const { row, seen } of unseen.values()) if (seen < row.stored_size) await checkCut(inspection, row);
    },
  };
}

async function checkCut(inspection: Inspection, row: UploadRow): Promise<void> {
  const { world } = inspection;
  const current = await world.metadata.read((tx) => findUpload(tx, row.id));
  if (current?.object_key !== row.object_key) return;
  // A request that goes on with the draft, or did meanwhile, moves bytes from piece to piece while they are listed.
  if (current.draft_state !== row.draft_state || current.claimed_until > world.clock.now().getTime()) return;
  const finding = {
    kind: 'upload-cut' as const,
    subject: `upload ${row.id}`,
    detail: `The store has less than the ${row.size} bytes that were acknowledged.`,
    next: inspection.mayRepair
      ? 'The client has to begin the upload again.'
      : 'Run berth fsck --repair: it ends the upload, so that its client begins again.',
  };
  await reportMending(inspection, finding, 'mended', () =>
    endUpload(world, current, {
      registry: { account: row.account, region: row.region },
      claim: undefined,
      reason: 'fsck found that bytes of the upload were missing',
    }),
  );
}
