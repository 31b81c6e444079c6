import type { IncomingMessage } from 'node:http';
import { ManifestTooLarge } from '../registry/refusals.ts';
import type { Refusal } from '../values/refusal.ts';

/**
 * All of a manifest's body.
 *
 * @throws ManifestTooLarge as soon as more than `limit` bytes have come; the rest is left unread
 */
export function readManifest(request: IncomingMessage, limit: number): Promise<Buffer> {
  return readAtMost(request, limit, () => ManifestTooLarge({ limit }));
}

/** All of a body. @throws what `tooLarge` makes as soon as more than `limit` bytes have come; the rest is left unread */
export async function readAtMost(request: IncomingMessage, limit: number, tooLarge: () => Refusal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop must not cut the connection: the refusal has to reach the client.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > limit) throw tooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
