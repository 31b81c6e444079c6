import { createReadStream } from 'node:fs';

/** One entry of an archive. Paths are relative and have no `..`. */
export type TarEntry = TarFolder | TarFile;

interface Placed {
  readonly path: string;
  readonly mode: number;
  /** User and group; root by default. */
  readonly owner?: number;
}

interface TarFolder extends Placed {
  readonly kind: 'folder';
}

export interface TarFile extends Placed {
  readonly kind: 'file';
  /** The bytes themselves, or the file of this machine that has them. */
  readonly content: Buffer | { readonly file: string; readonly size: number };
}

const BLOCK = 512;

/**
 * The entries as an uncompressed ustar archive: sorted, with the folders above them, dated 1970 and without names of
 * users. The same entries give the same bytes on every machine.
 *
 * @throws Error for a path that ustar cannot hold, and for a file that changes while it is read
 */
export async function* tar(entries: readonly TarEntry[]): AsyncGenerator<Buffer> {
  for (const entry of complete(entries)) {
    yield header(entry);
    if (entry.kind === 'folder') continue;
    const { content } = entry;
    const size = sizeOf(entry);
    let written = 0;
    for await (const chunk of Buffer.isBuffer(content) ? [content] : createReadStream(content.file)) {
      written += chunk.length;
      yield chunk;
    }
    if (written !== size) throw new Error(`${entry.path} had ${size} bytes and now has ${written}.`);
    yield Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
  }
  yield Buffer.alloc(2 * BLOCK);
}

/** With every folder on the way; those that nobody described are open to all. Sorted, so a folder precedes what it holds. */
function complete(entries: readonly TarEntry[]): TarEntry[] {
  const all = new Map(entries.map((it) => [it.path, it]));
  for (const { path } of entries) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (!all.has(folder)) all.set(folder, { kind: 'folder', path: folder, mode: 0o755 });
    }
  }
  return [...all.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
}

function sizeOf(entry: TarEntry): number {
  if (entry.kind === 'folder') return 0;
  return Buffer.isBuffer(entry.content) ? entry.content.length : entry.content.size;
}

function header(entry: TarEntry): Buffer {
  const { kind, mode, owner = 0 } = entry;
  const block = Buffer.alloc(BLOCK);
  const [prefix, name] = split(kind === 'folder' ? `${entry.path}/` : entry.path);
  block.write(name, 0);
  block.write(octal(mode, 7), 100);
  block.write(octal(owner, 7), 108);
  block.write(octal(owner, 7), 116);
  block.write(octal(sizeOf(entry), 11), 124);
  block.write(octal(0, 11), 136);
  block.write('        ', 148); // the checksum counts as spaces while it is summed
  block.write(kind === 'folder' ? '5' : '0', 156);
  block.write('ustar\u000000', 257);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

/** ustar has 100 bytes for a name, and 155 for the folders before it. */
function split(path: string): readonly [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= 100) return ['', path];
  for (let cut = path.indexOf('/'); cut > 0; cut = path.indexOf('/', cut + 1)) {
    const [prefix, name] = [path.slice(0, cut), path.slice(cut + 1)];
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100 && name !== '') return [prefix, name];
  }
  throw new Error(`The path ${path} is too long for an archive.`);
}

function octal(value: number, width: number): string {
  return value.toString(8).padStart(width, '0');
}
