import { hkdfSync } from 'node:crypto';

/** What sealed bytes are. A file says nothing of it: who reads it says what he expects. */
export interface Purpose {
  readonly installation: string;
  readonly account: string;
  readonly kind: 'layer' | 'manifest' | 'annotations';
  /** Never used again for other bytes: an object's key, or an image's repository and digest. */
  readonly object: string;
}

/** The data keys, in the clear: one for each layer of encryption. */
export type DataKeys = readonly [Buffer] | readonly [Buffer, Buffer];

/** Keys of one file. */
export interface FileKeys {
  readonly header: Buffer;
  /** One for each layer, the inner one first. */
  readonly frames: DataKeys;
}

const NO_SALT = Buffer.alloc(0);

/** `purpose` as it is bound to keys: none of its parts can hold a NUL. */
export function contextOf({ installation, account, kind, object }: Purpose): Buffer {
  const parts = ['berth/blob/v1', installation, account, kind, object];
  if (parts.some((it) => it.includes('\0'))) throw new Error('a part of an envelope’s context holds a NUL');
  return Buffer.from(parts.join('\0'));
}

export function fileKeysOf([first, second]: DataKeys, salt: Uint8Array, context: Buffer): FileKeys {
  const frames = derive(first, salt, 'berth.frame.v1', context);
  return {
    header: derive(first, salt, 'berth.header.v1', context),
    frames: second === undefined ? [frames] : [frames, derive(second, salt, 'berth.frame2.v1', context)],
  };
}

/** Authenticates the list of an object's segments. */
export function listKeyOf([first]: DataKeys, context: Buffer): Buffer {
  return derive(first, NO_SALT, 'berth.segments.v1', context);
}

function derive(key: Buffer, salt: Uint8Array, label: string, context: Buffer): Buffer {
  const info = Buffer.concat([Buffer.from(label), Buffer.of(0), context]);
  return Buffer.from(hkdfSync('sha256', key, salt, info, 32));
}
