import type { Draft } from '../port.ts';

/**
 * What a draft is made of so far. An object is either put at once, under its own name, or sent in parts of equal size.
 * What does not fill a part is a tail: an object of its own that the next append reads back.
 */
export type DraftState =
  /** Nothing is in the store. */
  { readonly kind: 'begun' } | { readonly kind: 'put'; readonly crc: number } | PartsState;

export interface PartsState {
  readonly kind: 'parts';
  readonly uploadId: string;
  /** Whether each part brings a CRC-32: agreed on when the upload was begun. */
  readonly checked: boolean;
  /** Full parts; their numbers are 1 to `parts`. */
  readonly parts: number;
  /** Stands for the ETags of the full parts, in order: `chained`. */
  readonly chain: string;
  readonly tail?: Tail;
  /** Tails of earlier drafts: nobody needs them once this draft has been kept, which its coming back proves. */
  readonly spent?: readonly string[];
}

/** The bytes behind the last full part. */
export interface Tail {
  readonly id: string;
  readonly size: number;
  readonly crc: number;
  /** The ETag of these bytes sent as the last part already, for a draft that is completed as it is. */
  readonly sentAs?: string;
}

const VERSION = 1;

/** As JSON, a few hundred characters however many parts there are: it is written to a row again and again. */
export function formatState(state: DraftState): string {
  if (state.kind === 'begun') return '';
  const { kind: _, ...rest } = state;
  return JSON.stringify({ v: VERSION, ...rest });
}

/** @throws when it is not a state that this version wrote, or one that it knows */
export function parseState(text: string): DraftState {
  if (text === '') return { kind: 'begun' };
  const found = read(text);
  if (found === undefined) throw new Error(`not the state of an S3 draft: ${text.slice(0, 200)}`);
  return found;
}

/** The draft's state. @throws when it is none, or does not fit the draft's size */
export function stateOf({ key, size, state: text }: Draft, partSize: number): DraftState {
  const state = parseState(text);
  const promised = state.kind === 'parts' ? state.parts * partSize + (state.tail?.size ?? 0) : 0;
  if (state.kind !== 'put' && size !== promised) {
    throw new Error(`the draft of ${key} has ${size} bytes, and its state ${promised}`);
  }
  return state;
}

function read(text: string): DraftState | undefined {
  const json = jsonOf(text);
  if (json?.['v'] !== VERSION) return undefined;
  const { crc, uploadId, checked, parts, chain, tail, spent } = json;
  if (isCount(crc)) return { kind: 'put', crc };
  if (typeof uploadId !== 'string' || typeof chain !== 'string' || typeof checked !== 'boolean') return undefined;
  if (!isCount(parts)) return undefined;
  const knownTail = tailOf(tail);
  if (tail !== undefined && knownTail === undefined) return undefined;
  const knownSpent = Array.isArray(spent) && spent.every((it) => typeof it === 'string') ? spent : undefined;
  if (spent !== undefined && knownSpent === undefined) return undefined;
  return {
    kind: 'parts',
    uploadId,
    checked,
    parts,
    chain,
    ...(knownTail && { tail: knownTail }),
    ...(knownSpent && { spent: knownSpent }),
  };
}

function tailOf(value: unknown): Tail | undefined {
  if (!isRecord(value)) return undefined;
  const { id, size, crc, sentAs } = value;
  if (typeof id !== 'string' || !isCount(size) || !isCount(crc)) return undefined;
  if (sentAs === undefined) return { id, size, crc };
  return typeof sentAs === 'string' ? { id, size, crc, sentAs } : undefined;
}

function jsonOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
