import { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { freeSoon } from './free-soon.ts';
import type { Hasher } from './port.ts';
import type { SlabPool } from './slab-pool.ts';
import { TooLong } from './too-long.ts';

/** One is being filled, one written, and one between the two. */
const SLABS_AT_ONCE = 3;

// What a stream fails with when the other side goes away; the HTTP server's own "aborted" is an ECONNRESET.
const GONE = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ABORT_ERR', 'ERR_STREAM_PREMATURE_CLOSE']);

export interface PumpOptions {
  readonly hasher: Hasher | undefined;
  readonly limit: number;
  readonly idleTimeoutMs: number | undefined;
  readonly pool: SlabPool;
}

/** A slab with bytes in it. It goes back to the pool when the hasher and the consumer are both done with it. */
export interface Filled {
  readonly slab: Uint8Array;
  readonly bytes: Uint8Array;
  users: number;
}

/** The moving part of an intake: from the source's events into slabs, from slabs to hasher and consumer. */
export class IntakePump {
  received = 0;
  ending: 'whole' | 'cut-short' | 'too-long' | 'failed' | undefined;

  readonly #source: Readable;
  readonly #options: PumpOptions;
  /** Arrived, but not yet in a slab. */
  readonly #arrived: Uint8Array[] = [];
  /** How much of the first chunk in `#arrived` is in slabs. */
  #copied = 0;
  readonly #ready: Filled[] = [];
  readonly #unconsumed = new Set<Filled>();
  #filling: { readonly slab: Uint8Array; length: number } | undefined;
  #slabs = 0;
  #hashing = 0;
  #isWaitingForSlab = false;
  #isStopped = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(source: Readable, options: PumpOptions) {
    this.#source = source;
    this.#options = options;
  }

  start(): void {
    const source = this.#source;
    source.on('error', this.#onError);
    // What ended before anybody listened tells nobody any more.
    if (source.readableEnded) this.#onEnd();
    else if (source.destroyed) this.#onClose();
    else this.#attach();
  }

  /** The next slab with bytes; undefined when all were given out and the hasher has seen them. */
  async next(): Promise<Filled | undefined> {
    for (;;) {
      if (this.#failure) throw this.#failure.error;
      const filled = this.#ready.shift();
      if (filled) return filled;
      if (this.ending && this.#arrived.length === 0 && this.#hashing === 0) return undefined;
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
  }

  consumed(filled: Filled): void {
    this.#unconsumed.delete(filled);
    this.#leave(filled);
  }

  /** Takes no more, and gives every slab back as soon as the hasher is done with it. */
  stop(): void {
    this.#isStopped = true;
    this.#detach();
    this.#arrived.length = 0;
    this.#ready.length = 0;
    for (const filled of [...this.#unconsumed]) this.consumed(filled);
    if (this.#filling) this.#giveBack(this.#filling.slab);
    this.#filling = undefined;
  }

  #onData = (chunk: Uint8Array): void => {
    this.received += chunk.length;
    this.#idle?.refresh();
    if (this.received > this.#options.limit) {
      this.#fail('too-long', new TooLong(this.#options.limit));
      return;
    }
    this.#arrived.push(chunk);
    this.#fill();
  };

  #onEnd = (): void => this.#end('whole');

  #onClose = (): void => {
    // What the stream had buffered when the sender went away is still there, but no longer comes as an event.
    for (let chunk = this.#source.read(); chunk !== null && !this.ending; chunk = this.#source.read())
      this.#onData(chunk);
    this.#end('cut-short');
  };

  // Stays on the source for good: a late error of a body that nobody reads any more must not end the process.
  #onError = (error: Error & { code?: string }): void => {
    if (error.code !== undefined && GONE.has(error.code)) this.#onClose();
    else this.#fail('failed', error);
  };

  #onIdle = (): void => {
    // Silence that we asked for by pausing is not the sender's.
    if (this.#source.isPaused()) this.#idle?.refresh();
    else this.#end('cut-short');
  };

  #end(ending: 'whole' | 'cut-short'): void {
    if (this.ending) return;
    this.ending = ending;
    this.#detach();
    this.#fill();
    this.#wakeUp();
  }

  #fail(ending: 'too-long' | 'failed', error: unknown): void {
    if (this.#failure) return;
    this.ending = ending;
    this.#failure = { error };
    this.#detach();
    this.#wakeUp();
  }

  #attach(): void {
    this.#source.on('end', this.#onEnd).on('close', this.#onClose).on('data', this.#onData);
    const { idleTimeoutMs } = this.#options;
    if (idleTimeoutMs !== undefined) this.#idle = setTimeout(this.#onIdle, idleTimeoutMs);
  }

  #detach(): void {
    clearTimeout(this.#idle);
    this.#source.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose).pause();
  }

  #fill(): void {
    for (let chunk = this.#arrived[0]; chunk; chunk = this.#arrived[0]) {
      this.#filling ??= this.#takeSlab();
      if (!this.#filling) {
        this.#source.pause();
        return;
      }
      const { slab, length } = this.#filling;
      const fits = Math.min(chunk.length - this.#copied, slab.length - length);
      // Not by `set`, which V8 does word by word, ten times as slow, where memory is shared.
      Buffer.from(chunk.buffer, chunk.byteOffset + this.#copied, fits).copy(slab, length);
      this.#filling.length += fits;
      this.#copied += fits;
      if (this.#copied === chunk.length) this.#spend(chunk);
      if (this.#filling.length === slab.length) this.#handOn();
    }
    if (this.ending) this.#handOn();
    else if (this.#source.isPaused()) this.#source.resume();
  }

  // The HTTP server makes each chunk of a body anew, and nobody but us gets it. Of other streams nothing is known.
  #spend(chunk: Uint8Array): void {
    this.#arrived.shift();
    this.#copied = 0;
    if (this.#source instanceof IncomingMessage) freeSoon(chunk);
  }

  #takeSlab(): { slab: Uint8Array; length: number } | undefined {
    if (this.#slabs >= SLABS_AT_ONCE || this.#isWaitingForSlab) return undefined;
    const { pool } = this.#options;
    const slab = pool.takeNow(this.#handOver);
    if (slab) {
      this.#slabs++;
      return { slab, length: 0 };
    }
    this.#isWaitingForSlab = true;
    void pool.take(this.#handOver).then((taken) => {
      this.#isWaitingForSlab = false;
      this.#slabs++;
      if (this.#isStopped) return this.#giveBack(taken);
      this.#filling = { slab: taken, length: 0 };
      this.#fill();
    });
    return undefined;
  }

  // Only when the consumer has nothing to do: otherwise what is being filled has its turn soon anyway.
  #handOver = (): void => {
    if (this.#wake && this.#ready.length === 0) this.#handOn();
  };

  #handOn(): void {
    const filling = this.#filling;
    if (!filling || filling.length === 0) return;
    this.#filling = undefined;
    const { slab, length } = filling;
    const filled: Filled = { slab, bytes: slab.subarray(0, length), users: 1 };
    this.#unconsumed.add(filled);
    this.#ready.push(filled);
    this.#hash(filled);
    this.#wakeUp();
  }

  #hash(filled: Filled): void {
    const { hasher } = this.#options;
    if (!hasher) return;
    filled.users++;
    this.#hashing++;
    const hashed = hasher.update(filled.bytes).catch((error: unknown) => this.#fail('failed', error));
    void hashed.then(() => {
      this.#hashing--;
      this.#leave(filled);
      this.#wakeUp();
    });
  }

  #leave(filled: Filled): void {
    if (--filled.users === 0) this.#giveBack(filled.slab);
  }

  #giveBack(slab: Uint8Array): void {
    this.#slabs--;
    this.#options.pool.giveBack(slab);
    if (this.#arrived.length > 0) this.#fill();
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
