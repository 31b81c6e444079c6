import { endUpload } from '../../registry/end-upload.ts';
import type { StoredObject } from '../../storage/blobs/port.ts';
import { uploadsAfter } from '../../storage/metadata/integrity.ts';
import type { UploadRow } from '../../storage/metadata/tables.ts';
import { findUpload } from '../../storage/metadata/uploads.ts';
import { type Inspection, reportMending } from './inspection.ts';

/** Uploads as they were before storage was listed: what a row promised then must be there, for drafts only grow. */
export interface UploadWatch {
  see(stored: StoredObject): void;
  /** To be called when everything stored has been seen. */
  finish(): Promise<void>;
}

export async function watchUploads(inspection: Inspection): Promise<UploadWatch> {
  const { world, page, checked } = inspection;
  const unseen = new Map<string, UploadRow>();
  for (let after = ''; ; ) {
    const rows = await world.metadata.read((tx) => uploadsAfter(tx, after, page));
    for (const row of rows) if (row.draft_state !== '') unseen.set(row.object_key, row);
    checked.uploads += rows.length;
    const last = rows.at(-1);
    if (!last || rows.length < page) break;
    after = last.id;
  }
  return {
    see({ key, sizeInBytes }) {
      const row = unseen.get(key);
      if (row && sizeInBytes >= row.size) unseen.delete(key);
    },
    async finish() {
      for (const row of unseen.values()) await checkCut(inspection, row);
    },
  };
}

async function checkCut(inspection: Inspection, row: UploadRow): Promise<void> {
  const { world } = inspection;
  const current = await world.metadata.read((tx) => findUpload(tx, row.id));
  if (current?.object_key !== row.object_key) return;
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
