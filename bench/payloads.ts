import { createHash, randomFillSync } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Payload } from './clients/push-blob.ts';

const MIB = 1024 * 1024;

/** Files of random bytes: `count` of them, each of `sizeInMib`, no two alike, and no two runs alike. */
export async function makePayloads(dir: string, name: string, count: number, sizeInMib: number): Promise<Payload[]> {
  const payloads: Payload[] = [];
  for (let i = 0; i < count; i++) payloads.push(await makePayload(join(dir, `${name}-${i}`), sizeInMib));
  return payloads;
}

async function makePayload(file: string, sizeInMib: number): Promise<Payload> {
  const bytes = randomFillSync(new Uint8Array(MIB));
  const hash = createHash('sha256');
  const out = await open(file, 'w');
  for (let i = 0; i < sizeInMib; i++) {
    // The first bytes of each MiB differ; the rest need not, since nobody compresses.
    randomFillSync(bytes, 0, 16);
    hash.update(bytes);
    await out.write(bytes);
  }
  // What is still to be written would otherwise disturb the measurement.
  await out.sync();
  await out.close();
  return { file, digest: `sha256:${hash.digest('hex')}`, sizeInBytes: sizeInMib * MIB };
}
