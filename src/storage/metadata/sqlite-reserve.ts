import { rmSync, statSync, writeFileSync } from 'node:fs';

const RESERVED_BYTES = 1024 * 1024;
/** Writes that have gone well before room is taken aside again. */
const WELL = 64;

/**
 * Room beside the database that is given up when the disk is full: for what makes room, such as a collection, needs some
 * itself. It is taken aside again when there is enough.
 */
export interface Reserve {
  /** Gives the room up. */
  giveUp(): void;
  /** To be told of each write that went well. */
  wentWell(): void;
}

export function reserveBeside(database: string, isOwner: boolean): Reserve {
  const file = `${database}-reserve`;
  let isGivenUp = false;
  let writes = 0;

  function take(): void {
    isGivenUp = false;
    if (statSync(file, { throwIfNoEntry: false })?.size === RESERVED_BYTES) return;
    try {
      writeFileSync(file, Buffer.alloc(RESERVED_BYTES, 1), { mode: 0o600 });
    } catch {
      // There is no room to take aside now: half of it helps nobody.
      giveUp();
    }
  }

  function giveUp(): void {
    rmSync(file, { force: true });
    isGivenUp = true;
    writes = 0;
  }

  if (isOwner) take();
  return {
    giveUp,
    wentWell() {
      if (!isGivenUp) return;
      writes += 1;
      if (writes >= WELL) take();
    },
  };
}
