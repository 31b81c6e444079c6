import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobStoreContract } from '../../../test/contract/blob-store.ts';
import { fileBlobStore } from './files.ts';

blobStoreContract('the file store', async () => {
  const root = await mkdtemp(join(tmpdir(), 'berth-blobs-'));
  return { store: fileBlobStore(root), stop: () => rm(root, { recursive: true }) };
});
