import { type Digest, isDigest } from '../values/digest.ts';
import { ManifestInvalid } from './refusals.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A descriptor: image-spec 1.1, "OCI Content Descriptors". */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  /** Whether it says where else its bytes are (`urls`). */
  readonly isForeign: boolean;
}

export function objectAt(value: unknown, where: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw ManifestInvalid({ why: `${where} must be an object` });
  }
  return value as JsonObject;
}

export function descriptorAt(value: unknown, where: string): Descriptor {
  const json = objectAt(value, where);
  const mediaType = stringAt(json, 'mediaType', where);
  if (!mediaType) throw ManifestInvalid({ why: `${where} needs a mediaType` });
  const { digest, size, urls } = json;
  if (typeof digest !== 'string' || !isDigest(digest)) {
    throw ManifestInvalid({ why: `${where} needs a sha256 or sha512 digest` });
  }
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw ManifestInvalid({ why: `${where} needs a size in bytes` });
  }
  if (urls !== undefined && !(Array.isArray(urls) && urls.every((url) => typeof url === 'string'))) {
    throw ManifestInvalid({ why: `${where}: urls must be a list of texts` });
  }
  return { mediaType, digest, size, isForeign: Array.isArray(urls) && urls.length > 0 };
}

/** The text at `member`; undefined where there is none. */
export function stringAt(json: JsonObject, member: string, where?: string): string | undefined {
  const value = json[member];
  if (value === undefined) return undefined;
  if (typeof value !== 'string') {
    throw ManifestInvalid({ why: `${where === undefined ? '' : `${where}: `}${member} must be a text` });
  }
  return value;
}

/** A map of texts, such as annotations; undefined where there is none. */
export function textMapAt(json: JsonObject, member: string): Readonly<Record<string, string>> | undefined {
  const value = json[member];
  if (value === undefined || value === null) return undefined;
  const map = objectAt(value, member);
  for (const [key, text] of Object.entries(map)) {
    if (typeof text !== 'string') throw ManifestInvalid({ why: `${member} '${key}' must be a text` });
  }
  return map as Readonly<Record<string, string>>;
}
