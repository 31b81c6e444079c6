import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { blobStoreContract } from '../../../test/contract/blob-store.ts';
import { startOtherS3 } from '../../../test/servers/other-s3.ts';
import { systemClock } from '../../clock.ts';
import { certificates } from '../../http/certificate.ts';
import { systemIds } from '../../ids.ts';
import { s3BlobStore } from './s3.ts';

interface SecureS3 {
  readonly endpoint: string;
  readonly bucket: string;
  readonly caFile: string;
  stop(): Promise<void>;
}

/** An S3 behind TLS, whose certificate only its own authority vouches for. */
async function startSecureS3(): Promise<SecureS3> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-s3-tls-'));
  const names = ['localhost', '127.0.0.1'];
  const made = await certificates({ kind: 'self-signed' }, folder, { names, clock: systemClock, ids: systemIds });
  const s3 = await startOtherS3({ refusesTaken: true, verifies: ['crc32', 'md5'], etags: 'md5', hasBatches: true });
  const { hostname, port } = new URL(s3.endpoint);
  const server = createServer({ cert: made.tls?.certificate, key: made.tls?.key }, (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const passed = request({ hostname, port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port was expected');
  return {
    endpoint: `https://127.0.0.1:${address.port}`,
    bucket: s3.bucket,
    caFile: made.authorityFile ?? '',
    async stop() {
      server.closeAllConnections();
      server.close();
      await s3.stop();
      await rm(folder, { recursive: true });
    },
  };
}

const ACCESS = {
  prefix: 'tls/',
  credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
  addressing: 'path',
  log: { warn: () => undefined },
} as const;

blobStoreContract('the S3 store over TLS', async () => {
  const { stop, ...s3 } = await startSecureS3();
  const store = s3BlobStore({ ...ACCESS, ...s3 });
  return {
    store,
    async stop() {
      await store.close?.();
      await stop();
    },
  };
});

test('an S3 whose authority nobody named is not spoken to', async () => {
  const s3 = await startSecureS3();
  const { endpoint, bucket } = s3;
  const store = s3BlobStore({ ...ACCESS, endpoint, bucket });

  await expect(store.probe()).rejects.toThrow(/certificate|CERT/);
  await store.close?.();
  await s3.stop();
});
