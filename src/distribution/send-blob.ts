import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import type { ByteRange } from '../values/byte-range.ts';
import { parseRange } from './byte-ranges.ts';
import { contentHeaders, isKnownToClient } from './entity-tag.ts';
import { RangeNotSatisfiable } from './refusals.ts';
import { sendEmpty } from './send-json.ts';

export interface ReadableBlob {
  readonly digest: string;
  readonly size: number;
  open(range?: ByteRange): Promise<Bytes>;
}

/** `giveBack` lets the memory of a chunk be used for later ones. */
type Bytes = Readable & { giveBack?(chunk: Uint8Array): void };

/**
 * Answers a GET of `blob`: 200 with all of it, 206 with the range asked for, or 304. Rejects when the bytes end before
 * their time; the connection is cut then, so that nobody takes a part for the whole.
 *
 * @throws RangeNotSatisfiable
 */
export async function sendBlob(request: IncomingMessage, answer: ServerResponse, blob: ReadableBlob): Promise<void> {
  const headers = {
    ...contentHeaders(blob.digest, blob.digest),
    'Content-Type': 'application/octet-stream',
    'Accept-Ranges': 'bytes',
  };
  if (isKnownToClient(request.headers, blob.digest)) return sendEmpty(answer, 304, headers);

  // A range is defined for GET alone (RFC 9110, 14.2), and a HEAD has nothing to send.
  if (request.method === 'HEAD') return sendEmpty(answer, 200, { ...headers, 'Content-Length': blob.size });

  // If-Range, RFC 9110, 13.1.5: a client that holds a part of other content gets all of this one.
  const ifRange = request.headers['if-range'];
  const isResumable = ifRange === undefined || ifRange === `"${blob.digest}"`;
  const range = parseRange(isResumable ? request.headers.range : undefined, blob.size);
  if (range === 'unsatisfiable') throw RangeNotSatisfiable({ size: blob.size });

  // Opened before the head is written: bytes that are gone must still be able to answer 404.
  if (range === 'whole') {
    const bytes = await blob.open();
    answer.writeHead(200, { ...headers, 'Content-Length': blob.size });
    return send(bytes, answer);
  }
  const bytes = await blob.open(range);
  answer.writeHead(206, {
    ...headers,
    'Content-Length': range.last - range.first + 1,
    'Content-Range': `bytes ${range.first}-${range.last}/${blob.size}`,
  });
  return send(bytes, answer);
}

/** Written in one go. Each write wakes a client who has read all; in smaller ones that costs a sixth of the speed. */
const AT_ONCE = 512 * 1024;

/** Sends the bytes, and gives back the memory of those that the kernel has taken over. */
async function send(bytes: Bytes, answer: ServerResponse): Promise<void> {
  if (bytes.giveBack === undefined) return pipeline(bytes, answer);
  // Whoever goes away must not leave the source open until its next bytes have come.
  const stop = () => bytes.destroy();
  answer.once('close', stop);
  try {
    let last: readonly Uint8Array[] = [];
    await pipeline(bytes, async (source: AsyncIterable<Uint8Array>) => {
      last = await sendBatches(source, bytes, answer);
    });
    await finished(answer);
    for (const it of last) bytes.giveBack(it);
  } catch (error) {
    answer.destroy();
    throw error;
  } finally {
    answer.off('close', stop);
  }
}

/** Answers what the kernel may not have taken over yet. */
async function sendBatches(
  source: AsyncIterable<Uint8Array>,
  bytes: Bytes,
  answer: ServerResponse,
): Promise<readonly Uint8Array[]> {
  let batch: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    // Only once there is more: a client who has all bytes may close before he is seen to have them.
    if (length >= AT_ONCE) {
      write(answer, batch);
      await roomIn(answer);
      // An answer behind another one on its connection can be told to go on while its bytes still wait there.
      if (answer.writableLength === 0) for (const it of batch) bytes.giveBack?.(it);
      batch = [];
      length = 0;
    }
    batch.push(chunk);
    length += chunk.length;
  }
  answer.cork();
  write(answer, batch);
  answer.end();
  answer.uncork();
  return batch;
}

function write(answer: ServerResponse, batch: readonly Uint8Array[]): void {
  answer.cork();
  for (const chunk of batch) answer.write(chunk);
  answer.uncork();
}

/** Resolves when the answer takes more. @throws when its client has gone */
async function roomIn(answer: ServerResponse): Promise<void> {
  if (answer.writableNeedDrain && !answer.destroyed) {
    const { promise, resolve } = Promise.withResolvers<void>();
    answer.once('drain', resolve).once('close', resolve);
    await promise;
    answer.off('drain', resolve).off('close', resolve);
  }
  if (answer.destroyed) throw Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
}
