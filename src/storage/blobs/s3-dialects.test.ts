import { expect, test } from 'vitest';
import { blobStoreContract } from '../../../test/contract/blob-store.ts';
import { type Dialect, type OtherS3, startOtherS3 } from '../../../test/servers/other-s3.ts';
import type { BlobStore } from './port.ts';
import { s3BlobStore } from './s3.ts';

const AMAZON: Dialect = { refusesTaken: true, verifies: ['crc32', 'md5'], etags: 'md5', hasBatches: true };
const PLAIN: Dialect = { refusesTaken: false, verifies: [], etags: 'md5', hasBatches: false };
const BLIND: Dialect = { refusesTaken: false, verifies: [], etags: 'other', hasBatches: true };

function storeIn({ endpoint, bucket }: OtherS3): BlobStore {
  return s3BlobStore({
    bucket,
    prefix: '',
    endpoint,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    addressing: 'path',
    log: { warn: (fields, message) => expect.fail(`${message}: ${JSON.stringify(fields)}`) },
  });
}

const dialects = { 'that does what Amazon’s does': AMAZON, 'that does the least': PLAIN };
for (const [name, dialect] of Object.entries(dialects)) {
  blobStoreContract(`an S3 ${name}`, async () => {
    const other = await startOtherS3(dialect);
    const store = storeIn(other);
    return {
      store,
      async stop() {
        await store.close?.();
        await other.stop();
      },
    };
  });
}

test('what a store cannot do is found out, and what follows is said', async () => {
  const examined = await Promise.all(
    [AMAZON, PLAIN, BLIND].map(async (dialect) => {
      const other = await startOtherS3(dialect);
      const store = storeIn(other);
      const found = await store.examine?.();
      const left = await Array.fromAsync(store.list());
      await store.close?.();
      await other.stop();
      expect(left).toEqual([]);
      return found?.filter(({ state }) => state !== 'good').map(({ what, state }) => `${what}: ${state}`);
    }),
  );

  expect(examined).toEqual([
    [],
    ['conditional writes: worse', 'removal: worse'],
    ['conditional writes: worse', 'checksums: worse'],
  ]);
});
