import { blobStoreContract } from '../../../test/contract/blob-store.ts';
import { startCeph, withCeph } from '../../../test/servers/ceph.ts';
import { s3BlobStore } from './s3.ts';

withCeph('S3 blob store', () => {
  blobStoreContract('the S3 store', async () => {
    const ceph = await startCeph();
    const { endpoint, region, accessKeyId, secretAccessKey } = ceph;
    const store = s3BlobStore({
      bucket: await ceph.createBucket(),
      prefix: 'berth',
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      addressing: 'path',
      log: { warn: (fields, message) => console.error(message, fields) },
    });
    return {
      store,
      async stop() {
        await store.close?.();
        await ceph.stop();
      },
    };
  });
});
