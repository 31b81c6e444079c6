import { randomInt } from 'node:crypto';
import type { Histories, Outcome } from '../../consistency/history.ts';
import type { ImageOp, ImageResult } from '../../consistency/image.ts';
import type { Hands } from './load.ts';
import { expectStatus, localImage, MANIFEST, putManifest } from './push.ts';

const OPS: readonly ImageOp[] = ['push', 'push', 'delete', 'pull', 'pull', 'pull'];

/** One of those who push, delete and pull the same few images by digest. */
export function imageClient(hands: Hands, images: Histories<ImageOp, ImageResult>, name: string): () => Promise<void> {
  const { client, tally, right, config } = hands;
  const shared = ['one', 'two'].map((it) => localImage(config, [], it));

  return async () => {
    const image = shared[randomInt(shared.length)];
    const op = OPS[randomInt(OPS.length)];
    if (image === undefined || op === undefined) return;
    const path = `/v2/${right}/manifests/${image.digest}`;
    const call = async (): Promise<Outcome<ImageResult>> => {
      if (op === 'push') {
        expectStatus('PUT image', await putManifest(client, right, image, image.digest), 201);
        return { kind: 'ok', result: true };
      }
      const [method, good] = op === 'pull' ? ['GET', 200] : ['DELETE', 202];
      const answer = await client.ask(method, path, { headers: { Accept: MANIFEST } });
      expectStatus(`${method} image`, answer, good, 404);
      return { kind: 'ok', result: answer.status === good };
    };
    await tally.run(op === 'push' ? 'push' : op, () => images.record(image.digest, name, op, call));
  };
}
