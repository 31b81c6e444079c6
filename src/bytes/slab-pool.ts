const MIB = 1024 * 1024;
const REMIND_MS = 100;

/** A bounded number of equally large pieces of memory that threads can share; made when first needed, then kept. */
export interface SlabPool {
  /** Bytes of a slab. */
  readonly slabSize: number;
  /** Slabs that somebody holds. */
  readonly inUse: number;
  /** A slab if one is free. `handOver` is called while others wait and this one is still held. */
  takeNow(handOver: HandOver): Uint8Array | undefined;
  /** A slab as soon as one is free; those who wait get theirs in the order they came. */
  take(handOver: HandOver): Promise<Uint8Array>;
  giveBack(slab: Uint8Array): void;
}

/** Asks the holder of a slab that is not full to make do with what is in it: others are waiting. */
export type HandOver = () => void;

export function slabPool({ slabs, slabSize }: { readonly slabs: number; readonly slabSize: number }): SlabPool {
  const free: Uint8Array[] = [];
  const held = new Map<Uint8Array, HandOver>();
  const waiting: { readonly handOver: HandOver; readonly give: (slab: Uint8Array) => void }[] = [];
  let isReminding = false;

  function lend(slab: Uint8Array, handOver: HandOver): Uint8Array {
    held.set(slab, handOver);
    return slab;
  }

  // Many clients that send a byte now and then would otherwise hold every slab for as long as they like.
  function remind(): void {
    if (isReminding) return;
    isReminding = true;
    setTimeout(() => {
      isReminding = false;
      for (const handOver of [...held.values()]) handOver();
      if (waiting.length > 0) remind();
    }, REMIND_MS).unref();
  }

  const pool: SlabPool = {
    slabSize,
    get inUse() {
      return held.size;
    },
    takeNow(handOver) {
      const slab = free.pop() ?? (held.size < slabs ? new Uint8Array(new SharedArrayBuffer(slabSize)) : undefined);
      return slab && lend(slab, handOver);
    },
    take(handOver) {
      const slab = pool.takeNow(handOver);
      if (slab) return Promise.resolve(slab);
      remind();
      return new Promise((give) => waiting.push({ handOver, give }));
    },
    giveBack(slab) {
      held.delete(slab);
      const next = waiting.shift();
      if (next) next.give(lend(slab, next.handOver));
      else free.push(slab);
    },
  };
  return pool;
}

/** The slabs of this process: what all bodies that arrive at once may take together. Twenty bodies get two each. */
export const PROCESS_SLABS: SlabPool = slabPool({ slabs: 40, slabSize: MIB });
