import { randomInt } from 'node:crypto';
import type { Histories, Outcome } from '../../consistency/history.ts';
import type { ImageOp, ImageResult } from '../../consistency/image.ts';
import type { Hands } from './load.ts';
import { expectStatus, localImage, MANIFEST, putManifest } from './push.ts';

const OPS: readonly ImageOp[] = ['push', 'push', 'delete', 'pull', 'pull', 'pull'];

/** One of those who push, delete and pull the same few images by digest. */
export function imageClient(hands: Hands, images: Histories<ImageOp, ImageResult>, name: string): () => Promise<void> {
  const { client, tally, right, config } = hands;

  return async () => {
    const op = OPS[randomInt(OPS.length)];
    if (op === undefined) return;
    const image = localImage(config, [], `${hands.chapter()} ${randomInt(2)}`);
    const call = async (): Promise<Outcome<ImageResult>> => {
      if (op === 'pull') return pullByDigest(hands, image.digest);
      if (op === 'delete') return deleteByDigest(hands, image.digest);
      expectStatus('PUT image', await putManifest(client, right, image, image.digest), 201);
      return { kind: 'ok', result: true };
    };
    await tally.run(op === 'push' ? 'push' : op, () => images.record(image.digest, name, op, call));
  };
}

type AtRight = Pick<Hands, 'client' | 'right'>;

/** Whether the image is there, as a client of the registry is told. */
export async function pullByDigest({ client, right }: AtRight, digest: string): Promise<Outcome<ImageResult>> {
  const path = `/v2/${right}/manifests/${digest}`;
  const answer = await client.ask('GET', path, { headers: { Accept: MANIFEST } });
  expectStatus('GET image', answer, 200, 404);
  return { kind: 'ok', result: answer.status === 200 };
}

async function deleteByDigest({ client, right }: AtRight, digest: string): Promise<Outcome<ImageResult>> {
  const answer = await client.ask('DELETE', `/v2/${right}/manifests/${digest}`);
  expectStatus('DELETE image', answer, 202, 404);
  return { kind: 'ok', result: answer.status === 202 };
}
