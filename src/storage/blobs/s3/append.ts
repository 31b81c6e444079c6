import { crc32 } from 'node:zlib';
import type { Checkpoint, Draft } from '../port.ts';
import { beginUpload } from './begin-upload.ts';
import type { Upload } from './bucket.ts';
import { type DraftState, formatState, type PartsState, stateOf, type Tail } from './draft-state.ts';
import { PartBuffer } from './part-buffer.ts';
import { PART_SIZE } from './part-memory.ts';
import { putAtOnce } from './put-at-once.ts';
import { PartSender } from './send-parts.ts';
import type { S3Parts } from './store-parts.ts';
import { type Integrity, partIntegrity } from './sum.ts';
import { putTail, readAgain, removeTails } from './tails.ts';

const CHECKPOINT_STEP = 64 * 1024 * 1024;
const NOTHING = { parts: 0, chain: '' };

/** `append` of the blob store. Takes no byte of `bytes` before there is memory for a part of them. */
export async function appendToDraft(
  parts: S3Parts,
  draft: Draft,
  bytes: AsyncIterable<Uint8Array>,
  checkpoint?: Checkpoint,
): Promise<Draft> {
  const state = stateOf(draft, PART_SIZE);
  const { integrity, refusesTaken } = await parts.abilities();
  await parts.memory.takeTurn();
  const appending = new Appending(parts, { draft, state, integrity, mayPut: refusesTaken });
  try {
    let kept = draft.size;
    for await (const chunk of bytes) {
      await appending.take(chunk);
      const safe = appending.safe();
      if (!checkpoint || !safe || safe.size - kept < CHECKPOINT_STEP) continue;
      kept = safe.size;
      appending.isKnown = true;
      await checkpoint(safe);
    }
    return await appending.finish();
  } catch (error) {
    await appending.giveUp();
    throw error;
  } finally {
    parts.memory.endTurn();
  }
}

interface AppendingTo {
  readonly draft: Draft;
  readonly state: DraftState;
  readonly integrity: Integrity;
  /** Whether an object can be put at once without a danger to one that is there. */
  readonly mayPut: boolean;
}

/** One append: bytes into a part, full parts into the store, what is left into a tail. */
class Appending {
  /** Whether somebody may have written down a draft that stands on our multipart upload. */
  isKnown: boolean;

  readonly #parts: S3Parts;
  readonly #to: AppendingTo;
  /** What is in the draft's multipart upload before we come. */
  readonly #base: PartsState | undefined;
  readonly #integrity: Integrity;
  #filling: PartBuffer | undefined;
  #upload: Upload | undefined;
  #sender: PartSender | undefined;
  #removal: Promise<readonly string[]> = Promise.resolve([]);

  constructor(parts: S3Parts, to: AppendingTo) {
    this.#parts = parts;
    this.#to = to;
    this.#base = to.state.kind === 'parts' ? to.state : undefined;
    this.#integrity = partIntegrity(to.integrity, this.#base?.checked);
    this.isKnown = this.#base !== undefined;
  }

  async take(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return;
    this.#filling ??= await this.#begin();
    for (let rest = this.#filling.take(chunk); this.#filling.isFull; rest = this.#filling.take(rest)) {
      const sender = await this.#sending();
      await sender.send(this.#filling);
      this.#filling = new PartBuffer(this.#parts.memory, this.#integrity, { isLarge: true });
    }
  }

  /** The draft that stands on the full parts that have arrived; undefined while it would not be longer than ours. */
  safe(): Draft | undefined {
    const arrived = this.#sender?.arrived ?? NOTHING;
    if (!this.#upload || arrived.parts * PART_SIZE <= this.#to.draft.size) return undefined;
    return this.#grown(this.#upload, arrived, { spent: this.#base?.spent ?? [] });
  }

  async finish(): Promise<Draft> {
    const { draft, state, mayPut } = this.#to;
    const filled = this.#filling;
    if (!filled) return draft;
    if (state.kind === 'begun' && !this.#upload && mayPut) return this.#putAtOnce(filled);

    const sender = await this.#sending();
    const [upload, tail, spent] = await Promise.all([
      this.#begunUpload(),
      this.#putTail(filled, sender),
      this.#removal,
      sender.finish(),
    ]);
    return this.#grown(upload, sender.arrived, { spent, ...(tail && { tail }) });
  }

  /** Leaves nothing behind that only we know of, as far as the store lets us. */
  async giveUp(): Promise<void> {
    await this.#sender?.stop();
    await this.#removal;
    if (this.isKnown || !this.#upload) return;
    await this.#parts.bucket.abortParts(this.#upload).catch((err: unknown) => {
      this.#parts.log.warn({ objectKey: this.#to.draft.key, err }, 'multipart upload was left behind');
    });
  }

  /** The first part, with what the draft has behind its full parts: that can only be read, and sent again. */
  async #begin(): Promise<PartBuffer> {
    const { draft, state } = this.#to;
    const { names } = this.#parts;
    const part = new PartBuffer(this.#parts.memory, this.#integrity, { isLarge: false });
    if (state.kind === 'put') {
      part.take(await readAgain(this.#parts, names.object(draft.key), { size: draft.size, crc: state.crc }));
    }
    if (this.#base?.tail) {
      part.take(await readAgain(this.#parts, names.tail(draft.key, this.#base.tail.id), this.#base.tail));
    }
    if (this.#base?.spent) this.#removal = removeTails(this.#parts, draft.key, this.#base.spent);
    return part;
  }

  async #sending(): Promise<PartSender> {
    this.#sender ??= new PartSender(this.#parts, await this.#begunUpload(), this.#base ?? NOTHING);
    return this.#sender;
  }

  async #begunUpload(): Promise<Upload> {
    const { key } = this.#to.draft;
    const known = this.#base?.uploadId;
    this.#upload ??=
      known === undefined
        ? await beginUpload(this.#parts, key, { checked: this.#integrity === 'crc32' })
        : { name: this.#parts.names.object(key), id: known };
    return this.#upload;
  }

  async #putAtOnce(filled: PartBuffer): Promise<Draft> {
    const { key } = this.#to.draft;
    const bytes = filled.bytes;
    await putAtOnce(this.#parts, key, bytes, filled.sum());
    return { key, size: bytes.length, state: formatState({ kind: 'put', crc: crc32(bytes) }) };
  }

  /** An append of several parts is mostly the only one, so what is behind them is sent as the last part at once. */
  async #putTail(filled: PartBuffer, sender: PartSender): Promise<Tail | undefined> {
    if (filled.length === 0) return undefined;
    const sum = filled.sum();
    const isProbablyLast = sender.hasSent;
    const [tail, sentAs] = await Promise.all([
      putTail(this.#parts, this.#to.draft.key, filled.bytes, sum),
      isProbablyLast ? sender.sendAhead(filled.bytes, sum) : undefined,
    ]);
    filled.free();
    return { ...tail, ...(sentAs !== undefined && { sentAs }) };
  }

  #grown(
    upload: Upload,
    arrived: { readonly parts: number; readonly chain: string },
    { tail, spent }: { readonly tail?: Tail; readonly spent: readonly string[] },
  ): Draft {
    const replaced = this.#base?.tail ? [...spent, this.#base.tail.id] : spent;
    const state: PartsState = {
      kind: 'parts',
      uploadId: upload.id,
      checked: this.#integrity === 'crc32',
      ...arrived,
      ...(tail && { tail }),
      ...(replaced.length > 0 && { spent: replaced }),
    };
    const size = arrived.parts * PART_SIZE + (tail?.size ?? 0);
    return { key: this.#to.draft.key, size, state: formatState(state) };
  }
}
