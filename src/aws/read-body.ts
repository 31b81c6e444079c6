import type { IncomingMessage } from 'node:http';
import { BodyTooLarge } from './refusals.ts';
import { SerializationFailed } from './validation/refusals.ts';

/**
 * All bytes of a body.
 *
 * @throws BodyTooLarge before the first byte is read when its announced length says so, else as soon as more than
 *   `limit` bytes have come; the rest is left unread
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer<ArrayBuffer>> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw BodyTooLarge({ limit });
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop must not cut the connection: the refusal has to reach the client.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > limit) throw BodyTooLarge({ limit });
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, size);
}

/** The JSON in a body; an absent one is `{}`. @throws SerializationFailed */
export function parseBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw SerializationFailed({ detail: 'The request body is not JSON.' });
  }
}
