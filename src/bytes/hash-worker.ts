import { createHash, type Hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { HashAnswer, HashRequest } from './hash-messages.ts';

/** The thread that hashes: many streams side by side, each known by its id, requests answered in order. */
const hashes = new Map<number, Hash>();

parentPort?.on('message', (request: HashRequest) => {
  const answer = answerTo(request);
  if (answer) parentPort?.postMessage(answer);
});

function answerTo(request: HashRequest): HashAnswer | undefined {
  const { id } = request;
  if (request.kind === 'start') {
    hashes.set(id, createHash(request.algorithm));
    return undefined;
  }
  if (request.kind === 'update') {
    hashes.get(id)?.update(request.bytes);
    return { id };
  }
  const hash = hashes.get(id);
  hashes.delete(id);
  return request.kind === 'digest' ? { id, hex: hash?.digest('hex') ?? '' } : undefined;
}
