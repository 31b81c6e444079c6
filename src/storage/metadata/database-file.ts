import { realpathSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { FailedSync } from './failed-sync.ts';

/** Of each file that somebody in this process has, by its real path. */
const files = new Map<string, { users: number; handle: Promise<FileHandle> | undefined }>();

/**
 * The file of a database that connections of this process have open, as something to be brought to the disk beside them.
 *
 * A process loses the locks that SQLite holds on a file for it when it closes any handle of that file, and another one
 * might then take the database for its own (sqlite.org/howtocorrupt.html, 2.2). So there is one handle for all who have
 * the file, and the last of them closes it.
 */
export class DatabaseFile {
  readonly #path: string;

  /** Of a file that is there. */
  constructor(path: string) {
    this.#path = realpathSync(path);
    const file = files.get(this.#path) ?? { users: 0, handle: undefined };
    file.users += 1;
    files.set(this.#path, file);
  }

  /**
   * Resolves when all that was written to the file before is on the disk.
   *
   * @throws FailedSync when it may not be, and other errors when nothing was tried
   */
  async sync(): Promise<void> {
    const file = files.get(this.#path);
    if (file === undefined) throw new Error(`${this.#path} was closed`);
    file.handle ??= open(this.#path, 'r+');
    const handle = await file.handle;
    await handle.datasync().catch((error: Error) => {
      throw new FailedSync(error.message, { cause: error });
    });
  }

  /** To be called once, when the connections of whoever has it are closed. */
  async close(): Promise<void> {
    const file = files.get(this.#path);
    if (file === undefined || --file.users > 0) return;
    files.delete(this.#path);
    await (await file.handle)?.close();
  }
}
