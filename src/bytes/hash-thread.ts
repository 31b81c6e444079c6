import { Worker } from 'node:worker_threads';
import type { HashAnswer, HashRequest } from './hash-messages.ts';

/** One hashing thread, seen from the main thread. */
export interface HashThread {
  /** Streams that were opened and not closed yet. */
  readonly load: number;
  /** False once the thread has ended, for whatever reason. */
  readonly isAlive: boolean;
  /** Counts a stream in, under an id that is the thread's alone. */
  open(): number;
  /** Sends a request that gets no answer. */
  tell(request: HashRequest): void;
  /** Sends a request and resolves with its answer. @throws when the thread ends before it answers */
  ask(request: HashRequest, transfer?: readonly ArrayBuffer[]): Promise<HashAnswer>;
  /** Counts a stream out. */
  close(): void;
  /** Ends the thread; what it was asked and has not answered rejects. */
  end(): Promise<void>;
}

interface Waiting {
  readonly answer: (answer: HashAnswer) => void;
  readonly fail: (error: Error) => void;
}

export function hashThread(file: URL): HashThread {
  const worker = new Worker(file);
  // A thread answers in the order it is asked, so one queue is enough for all its streams.
  const waiting: Waiting[] = [];
  let ended: Error | undefined;
  let load = 0;
  let ids = 0;

  function fail(cause?: Error): void {
    ended ??= new Error('a hashing thread has ended before its work', { cause });
    for (const one of waiting.splice(0)) one.fail(ended);
  }
  worker.on('message', (answer: HashAnswer) => waiting.shift()?.answer(answer));
  worker.on('error', fail);
  worker.on('exit', () => fail());
  worker.unref();

  return {
    get load() {
      return load;
    },
    get isAlive() {
      return ended === undefined;
    },
    open() {
      // Only a thread with work keeps the process alive.
      if (load++ === 0) worker.ref();
      return ++ids;
    },
    tell(request) {
      if (!ended) worker.postMessage(request);
    },
    ask(request, transfer = []) {
      if (ended) return Promise.reject(ended);
      return new Promise((answer, fail) => {
        // First: one that cannot be sent gets no answer, and the next answer would be taken for its.
        worker.postMessage(request, [...transfer]);
        waiting.push({ answer, fail });
      });
    },
    close() {
      if (--load === 0) worker.unref();
    },
    async end() {
      ended ??= new Error('hashing was closed');
      await worker.terminate();
    },
  };
}
