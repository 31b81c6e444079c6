import { BadEnvelope } from './bad-envelope.ts';
import type { WrappedKeys } from './header.ts';
import type { DataKeys } from './keys.ts';
import { cipherOf, decipherOf, TAG } from './suites.ts';

const VERSION = 1;
const FIXED = 6;
const NONCE = 12;
const SUITE = 1;

export interface CellKeys {
  /** Keys that seal this one cell. */
  readonly dataKeys: DataKeys;
  readonly wrapped: WrappedKeys;
}

/**
 * Seals `plaintext` for the cell of a table: all in one, with its keys. Format: version 1, number of layers, lengths of
 * the wrapped keys (u16 each), the wrapped keys, a nonce (12 bytes), then AES-256-GCM, once for each layer, of which
 * `context` and everything before the nonce are authenticated.
 */
export function sealCell(
  plaintext: Uint8Array,
  { dataKeys, wrapped }: CellKeys,
  context: Buffer,
  nonce: Buffer,
): Buffer {
  const fixed = Buffer.from([VERSION, wrapped.length, 0, 0, 0, 0]);
  fixed.writeUInt16BE(wrapped[0].length, 2);
  fixed.writeUInt16BE(wrapped[1]?.length ?? 0, 4);
  const head = Buffer.concat([fixed, ...wrapped]);
  let sealed = plaintext;
  for (const key of dataKeys) {
    const cipher = cipherOf(SUITE, key, nonce).setAAD(Buffer.concat([context, head]));
    sealed = Buffer.concat([cipher.update(sealed), cipher.final(), cipher.getAuthTag()]);
  }
  return Buffer.concat([head, nonce, sealed]);
}

/**
 * The wrapped keys of a cell.
 *
 * @throws BadEnvelope
 */
export function parseCell(cell: Buffer): WrappedKeys {
  const [version, layers] = cell;
  if (version !== VERSION || cell.length < FIXED) throw new BadEnvelope('a cell of another version');
  const first = cell.readUInt16BE(2);
  const second = cell.readUInt16BE(4);
  const least = FIXED + first + second + NONCE + TAG;
  if (first === 0 || layers !== (second > 0 ? 2 : 1) || cell.length < least)
    throw new BadEnvelope('a cell without keys');
  const one = cell.subarray(FIXED, FIXED + first);
  return second > 0 ? [one, cell.subarray(FIXED + first, FIXED + first + second)] : [one];
}

/** What the cell seals. @throws BadEnvelope */
export function openCell(cell: Buffer, dataKeys: DataKeys, context: Buffer): Buffer {
  const wrapped = parseCell(cell);
  if (wrapped.length !== dataKeys.length) throw new BadEnvelope('sealed with another number of keys');
  const length = FIXED + wrapped[0].length + (wrapped[1]?.length ?? 0);
  const head = cell.subarray(0, length);
  const nonce = Buffer.from(cell.subarray(length, length + NONCE));
  let opened = cell.subarray(length + NONCE);
  for (const key of [...dataKeys].reverse()) {
    if (opened.length < TAG) throw new BadEnvelope('a cell that is too short');
    const decipher = decipherOf(SUITE, key, nonce).setAAD(Buffer.concat([context, head]));
    decipher.setAuthTag(opened.subarray(-TAG));
    try {
      opened = Buffer.concat([decipher.update(opened.subarray(0, -TAG)), decipher.final()]);
    } catch (cause) {
      throw new BadEnvelope('a cell that was changed, or is another row’s', { cause });
    }
  }
  return opened;
}
