import { PART_SIZE, type PartMemory } from './part-memory.ts';
import { type Integrity, type Sum, startSum } from './sum.ts';

const FIRST_ROOM = 64 * 1024;
const GROWTH = 8;

/** The bytes of a part that is being filled. It grows with them, so that many small uploads are cheap. */
export class PartBuffer {
  length = 0;
  readonly #memory: PartMemory;
  readonly #sum;
  #room: Buffer;

  /** `isLarge`: the part before was full, so this one will probably be. */
  constructor(memory: PartMemory, integrity: Integrity, { isLarge }: { readonly isLarge: boolean }) {
    this.#memory = memory;
    this.#sum = startSum(integrity);
    this.#room = isLarge ? memory.room() : Buffer.allocUnsafeSlow(FIRST_ROOM);
  }

  get isFull(): boolean {
    return this.length === PART_SIZE;
  }

  get bytes(): Buffer {
    return this.#room.subarray(0, this.length);
  }

  /** Copies what fits and gives the rest. */
  take(chunk: Uint8Array): Uint8Array {
    const fits = Math.min(chunk.length, PART_SIZE - this.length);
    this.#makeRoom(this.length + fits);
    // The summing reads the copy, not the chunk: what is sent is what is summed, whatever happens to the chunk.
    Buffer.from(chunk.buffer, chunk.byteOffset, fits).copy(this.#room, this.length);
    this.#sum.update(this.#room.subarray(this.length, this.length + fits));
    this.length += fits;
    return chunk.subarray(fits);
  }

  /** To be called once, when no more is taken. */
  sum(): Sum {
    return this.#sum.done();
  }

  /** Lets the memory be used again. For parts that were sent: one whose sending was cut off may still be looked at. */
  free(): void {
    this.#memory.giveBack(this.#room);
  }

  #makeRoom(size: number): void {
    if (size <= this.#room.length) return;
    let larger = this.#room.length;
    while (larger < size) larger *= GROWTH;
    const room = larger < PART_SIZE ? Buffer.allocUnsafeSlow(larger) : this.#memory.room();
    this.bytes.copy(room);
    this.#room = room;
  }
}
