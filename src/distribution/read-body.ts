import type { Readable } from 'node:stream';
import { ManifestTooLarge } from '../registry/refusals.ts';

/**
 * All of a manifest's body.
 *
 * @throws ManifestTooLarge as soon as more than `limit` bytes have come; the rest is left unread
 */
export async function readManifest(body: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > limit) throw ManifestTooLarge({ limit });
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
