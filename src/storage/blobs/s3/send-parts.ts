import type { Bucket, Upload } from './bucket.ts';
import { chained } from './chain.ts';
import type { PartBuffer } from './part-buffer.ts';
import type { PartMemory } from './part-memory.ts';
import type { Sum } from './sum.ts';

/** Parts of one append that may be on their way at a time. */
const AT_ONCE = 4;
/** How far parts may run ahead of one that is slow: only what has no gap is safe, and can be told of. */
const MOST_AHEAD = 8;
/** S3's own limit. */
const MOST_PARTS = 10_000;

/** The full parts of one append on their way into the store, several at a time. */
export class PartSender {
  readonly #bucket: Bucket;
  readonly #memory: PartMemory;
  readonly #upload: Upload;
  readonly #stop = new AbortController();
  readonly #underway = new Set<Promise<void>>();
  /** Of parts that arrived before one with a smaller number did. */
  readonly #ahead = new Map<number, string>();
  #failure: { readonly error: unknown } | undefined;
  readonly #from: number;
  #sent: number;
  #arrived: number;
  #chain: string;
  #extras = 0;

  constructor(
    { bucket, memory }: { readonly bucket: Bucket; readonly memory: PartMemory },
    upload: Upload,
    from: { readonly parts: number; readonly chain: string },
  ) {
    this.#bucket = bucket;
    this.#memory = memory;
    this.#upload = upload;
    this.#from = from.parts;
    this.#sent = from.parts;
    this.#arrived = from.parts;
    this.#chain = from.chain;
  }

  get hasSent(): boolean {
    return this.#sent > this.#from;
  }

  /** The parts that are in the store, without a gap, and the chain of their ETags. */
  get arrived(): { readonly parts: number; readonly chain: string } {
    return { parts: this.#arrived, chain: this.#chain };
  }

  /**
   * Sends the part that comes next. Resolves when there is memory to fill another one, mostly at once.
   *
   * @throws what an earlier part failed with
   */
  async send(part: PartBuffer): Promise<void> {
    const number = this.#sent + 1;
    if (number > MOST_PARTS) throw new Error(`object ${this.#upload.name} is too long for ${MOST_PARTS} parts`);
    this.#sent = number;
    const arriving = this.#put(number, part).finally(() => {
      this.#underway.delete(arriving);
      this.#leaveExtra();
    });
    this.#underway.add(arriving);
    while (!this.#failure && (this.#underway.size > this.#extras || number - this.#arrived > MOST_AHEAD)) {
      if (this.#underway.size > this.#extras && this.#extras < AT_ONCE && this.#memory.takeExtra()) this.#extras += 1;
      else await Promise.race(this.#underway);
    }
    this.#check();
  }

  /**
   * Sends bytes that fill no part as the one behind those sent so far: right if nothing comes after them, and replaced
   * by a full part otherwise. Gives its ETag; undefined when it did not arrive, which hurts nobody.
   */
  async sendAhead(body: Buffer, sum: Sum): Promise<string | undefined> {
    const part = { number: this.#sent + 1, body, sum };
    return this.#bucket.putPart(this.#upload, part, this.#stop.signal).catch(() => undefined);
  }

  /** @throws what a part failed with */
  async finish(): Promise<void> {
    await Promise.all(this.#underway);
    this.#check();
  }

  /** Sends nothing more, and resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#underway);
  }

  /** Never rejects: a part may fail while everybody is waiting for the client. */
  async #put(number: number, part: PartBuffer): Promise<void> {
    try {
      const sum = part.sum();
      const etag = await this.#bucket.putPart(this.#upload, { number, body: part.bytes, sum }, this.#stop.signal);
      if (etag === undefined) throw new Error(`object ${this.#upload.name} has lost bytes: its upload is not there`);
      part.free();
      this.#ahead.set(number, etag);
      this.#count();
    } catch (error) {
      this.#failure ??= { error };
      this.#stop.abort();
    }
  }

  #count(): void {
    for (let etag = this.#next(); etag !== undefined; etag = this.#next()) {
      this.#arrived += 1;
      this.#ahead.delete(this.#arrived);
      this.#chain = chained(this.#chain, etag);
    }
  }

  #next(): string | undefined {
    return this.#ahead.get(this.#arrived + 1);
  }

  #leaveExtra(): void {
    if (this.#extras <= this.#underway.size) return;
    this.#extras -= 1;
    this.#memory.giveExtra();
  }

  #check(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
