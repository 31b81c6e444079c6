import type { CopiedObject } from '../../storage/metadata/copy-sqlite.ts';
import type { World } from '../../world.ts';
import { isRight, type Judge, type JudgedObject, judgeOf } from '../judge.ts';
import type { Judging } from './copy-named-objects.ts';

/** By opening them: for the installation itself, which has the keys. */
export function judgingByKeys(world: World): Judging {
  return {
    judgeOf: (object) => judgeOf(world, rowOf(object)),
    isRight: (object, verdict) => isRight(rowOf(object), verdict),
  };
}

/** By what was noted of them when the backup was made: for whoever has no keys. */
export function judgingByNotes(): Judging {
  return {
    judgeOf: async () => counting(),
    isRight: (object, _, sha256) => sha256 === notedOf(object),
  };
}

/** The SHA-256, in hex, that the stored bytes must have; undefined when nothing is known of it. */
export function notedOf({ storedSha256, seal, digest }: CopiedObject): string | undefined {
  if (storedSha256 !== undefined) return storedSha256;
  // A backup from before layers were sealed: they are stored as they are.
  return seal === null && digest.startsWith('sha256:') ? digest.slice('sha256:'.length) : undefined;
}

function rowOf({ key, digest, size, account, storedSize, seal }: CopiedObject): JudgedObject {
  return { object_key: key, digest, size, account, stored_size: storedSize, seal };
}

function counting(): Judge {
  let storedSize = 0;
  return {
    async take(chunk) {
      storedSize += chunk.length;
    },
    verdict: async () => ({ storedSize, digest: undefined }),
    dispose: () => {},
  };
}
