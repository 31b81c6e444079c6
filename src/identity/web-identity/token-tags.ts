import * as v from 'valibot';
import type { AskedTags } from '../sts/session-tags.ts';
import type { Claims } from './claims.ts';
import { InvalidIdentityToken } from './refusals.ts';

/** What a token wants its session to carry. */
export interface TokenTags extends AskedTags {
  readonly sourceIdentity: string | undefined;
}

const TAGS = 'https://aws.amazon.com/tags';
const SOURCE_IDENTITY = 'https://aws.amazon.com/source_identity';

// The same as the model says of them in AssumeRole.
const key = v.pipe(v.string(), v.regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u));
const value = v.pipe(v.string(), v.regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u));
const tagsClaim = v.pipe(
  v.unknown(),
  v.check((it) => !Array.isArray(it)),
  v.object({
    principal_tags: v.optional(v.record(key, v.union([v.strictTuple([value]), value])), {}),
    transitive_tag_keys: v.optional(v.array(key), []),
  }),
);
const identityClaim = v.pipe(v.string(), v.regex(/^[\w+=,.@-]{2,64}$/));

/**
 * The tags and the source identity that an issuer puts into a token: IAM User Guide, "Passing session tags using
 * AssumeRoleWithWebIdentity".
 *
 * @throws InvalidIdentityToken
 */
export function tokenTags(claims: Claims): TokenTags {
  const tags = read(tagsClaim, claims, TAGS);
  return {
    tags: Object.entries(tags?.principal_tags ?? {}).map(([name, given]) => ({
      key: name,
      value: typeof given === 'string' ? given : given[0],
    })),
    transitiveTagKeys: tags?.transitive_tag_keys ?? [],
    sourceIdentity: read(identityClaim, claims, SOURCE_IDENTITY),
  };
}

function read<T>(schema: v.GenericSchema<unknown, T>, claims: Claims, name: string): T | undefined {
  if (claims[name] === undefined) return undefined;
  const parsed = v.safeParse(schema, claims[name]);
  if (!parsed.success) throw InvalidIdentityToken({ reason: `The claim ${name} of the token cannot be used` });
  return parsed.output;
}
