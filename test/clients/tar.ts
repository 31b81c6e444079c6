// A tar file of a few entries, the same bytes each time, so that digests in tests do not depend on the machine.

export interface TarEntry {
  readonly path: string;
  readonly content?: string | Buffer;
  /** Makes the entry a symbolic link. */
  readonly linkTo?: string;
  readonly mode?: number;
}

const BLOCK = 512;

/** The entries as an uncompressed ustar archive, owned by root, dated 1970. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(entryBlocks), Buffer.alloc(2 * BLOCK)]);
}

function entryBlocks(entry: TarEntry): Buffer[] {
  const content = Buffer.from(entry.content ?? '');
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return [header(entry, content.length), content, padding];
}

function header({ path, linkTo, mode }: TarEntry, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0);
  block.write(octal(mode ?? 0o644, 7), 100);
  block.write(octal(0, 7), 108); // owner
  block.write(octal(0, 7), 116); // group
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136); // time
  block.write('        ', 148); // the checksum counts as spaces while it is summed
  block.write(linkTo === undefined ? '0' : '2', 156);
  block.write(linkTo ?? '', 157);
  block.write('ustar\u000000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, width: number): string {
  return value.toString(8).padStart(width, '0');
}
