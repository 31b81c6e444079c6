import { checkKey, isKey } from '../file-layout.ts';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const TAIL_KEY = new RegExp(`^tail-(?<id>${UUID})-(?<owner>[a-z0-9-]+)$`);
const MULTIPART_KEY = /^multipart-of-(?<owner>[a-z0-9-]+)$/;
const TAIL_NAME = new RegExp(`^tails/(?<owner>[a-z0-9-]+)/(?<id>${UUID})$`);

/**
 * What a key stands for in the bucket. Two kinds of key are no object's own: those that `list` gives to the pieces of
 * drafts, so that `remove` and `has` can be asked for them.
 */
export type Place =
  | { readonly kind: 'object'; readonly name: string }
  | { readonly kind: 'tail'; readonly name: string; readonly owner: string }
  /** All unfinished multipart uploads of an object. */
  | { readonly kind: 'multipart'; readonly name: string; readonly owner: string };

/** What a name in the bucket holds: an object, or a tail of one. */
export interface Held {
  readonly key: string;
  readonly pieceOf?: string;
}

/** Names below one prefix of a bucket. Nothing outside of it is ever named. */
export interface Names {
  readonly prefix: string;
  /** Says whose bucket it is. No object can have this name: keys have no dot. */
  readonly owner: string;
  object(key: string): string;
  tail(owner: string, id: string): string;
  /** What the names of all tails of an object begin with. */
  tailsOf(owner: string): string;
  /** @throws when `key` is not an object key */
  place(key: string): Place;
  /** Undefined for what is not a blob store's. */
  held(name: string): Held | undefined;
}

export function namesBelow(givenPrefix: string): Names {
  const prefix = givenPrefix === '' || givenPrefix.endsWith('/') ? givenPrefix : `${givenPrefix}/`;
  const object = (key: string) => `${prefix}${key}`;
  const tailsOf = (owner: string) => `${prefix}tails/${owner}/`;
  const tail = (owner: string, id: string) => `${tailsOf(owner)}${id}`;
  return {
    prefix,
    owner: `${prefix}belongs.to`,
    object,
    tail,
    tailsOf,
    place(key) {
      const { id, owner } = TAIL_KEY.exec(key)?.groups ?? {};
      if (id !== undefined && owner !== undefined) return { kind: 'tail', name: tail(owner, id), owner };
      const { owner: begun } = MULTIPART_KEY.exec(key)?.groups ?? {};
      if (begun !== undefined) return { kind: 'multipart', name: object(begun), owner: begun };
      checkKey(key);
      return { kind: 'object', name: object(key) };
    },
    held(name) {
      if (!name.startsWith(prefix)) return undefined;
      const rest = name.slice(prefix.length);
      const { id, owner } = TAIL_NAME.exec(rest)?.groups ?? {};
      if (id !== undefined && owner !== undefined) return { key: `tail-${id}-${owner}`, pieceOf: owner };
      return isKey(rest) ? { key: rest } : undefined;
    },
  };
}

/** The key under which `list` tells of an object's unfinished multipart uploads. */
export function multipartKeyOf(owner: string): string {
  return `multipart-of-${owner}`;
}
