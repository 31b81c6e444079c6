import { InvalidTagParameter, TooManyTags } from './refusals.ts';

/** A resource tag. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * Whether these can be the tags of a repository: keys of 1 to 128 and values of up to 256 characters, each key once,
 * none of AWS's own (`aws:`).
 *
 * @throws InvalidTagParameter, TooManyTags
 */
export function checkTags(tags: readonly Tag[], limit: number): void {
  const keys = new Set<string>();
  for (const { key, value } of tags) {
    if (key.length < 1 || key.length > 128 || !ALLOWED.test(key)) {
      throw InvalidTagParameter({
        what: `Invalid tag key '${key}': 1 to 128 letters, digits, spaces and _ . : / = + - @`,
      });
    }
    if (value.length > 256 || !ALLOWED.test(value)) {
      throw InvalidTagParameter({
        what: `Invalid tag value '${value}' of key '${key}': up to 256 letters, digits, spaces and _ . : / = + - @`,
      });
    }
    if (key.toLowerCase().startsWith('aws:')) {
      throw InvalidTagParameter({ what: `Tag key '${key}' is reserved: keys cannot begin with aws:` });
    }
    if (keys.has(key)) throw InvalidTagParameter({ what: `Tag key '${key}' is given more than once` });
    keys.add(key);
  }
  if (tags.length > limit) throw TooManyTags({ limit });
}
