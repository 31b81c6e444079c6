import { StorageFull } from './port.ts';

// A disk that turned read-only after a fault refuses pushes as a full one does, while pulls go on.
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);

/** Awaits `work` on a file system; what fails for want of room rejects as `StorageFull`, the rest as it is. */
export async function needingRoom<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = codeOf(error);
    if (code !== undefined && NO_ROOM.has(code)) {
      throw new StorageFull(`the blob store cannot take more bytes (${code})`, { cause: error });
    }
    throw error;
  }
}

/** The system's code of an error, such as `ENOENT`; undefined when it has none. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
