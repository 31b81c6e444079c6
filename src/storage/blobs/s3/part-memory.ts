/**
 * The size of every part but the last: 10,000 of them, the most an object may have, hold more than ECR's 52,000 MiB,
 * and equal parts are what the strictest stores ask for. Drafts depend on it: another size is another draft version.
 */
export const PART_SIZE = 8 * 1024 * 1024;

/** Appends that hold memory at a time, each for one part; the others wait before they take a byte from anyone. */
const TURNS = 64;
/** Parts that all appends together may be sending besides. */
const EXTRAS = 16;
const SPARE = 8;

/** The memory for parts of one process: 512 MiB when 64 large uploads come slowly, and 128 MiB for speed. */
export interface PartMemory {
  /** Waits for a turn, in the order of those who came. */
  takeTurn(): Promise<void>;
  endTurn(): void;
  /** Whether one more part may be on its way than the turn allows; never waits, so that nobody waits in a circle. */
  takeExtra(): boolean;
  giveExtra(): void;
  /** Room for a part. What was in it is still in it. */
  room(): Buffer;
  /** For room that nobody looks at any more. */
  giveBack(room: Buffer): void;
}

export function partMemory({ turns = TURNS, extras = EXTRAS } = {}): PartMemory {
  let turnsLeft = turns;
  let extrasLeft = extras;
  const waiting: (() => void)[] = [];
  const spare: Buffer[] = [];
  return {
    async takeTurn() {
      if (turnsLeft > 0) turnsLeft -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    endTurn() {
      const next = waiting.shift();
      if (next) next();
      else turnsLeft += 1;
    },
    takeExtra() {
      if (extrasLeft === 0) return false;
      extrasLeft -= 1;
      return true;
    },
    giveExtra() {
      extrasLeft += 1;
    },
    room: () => spare.pop() ?? Buffer.allocUnsafeSlow(PART_SIZE),
    giveBack(room) {
      if (room.length === PART_SIZE && spare.length < SPARE) spare.push(room);
    },
  };
}
