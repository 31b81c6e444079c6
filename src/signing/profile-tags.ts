import { changeSigningProfile, findSigningProfile } from '../storage/metadata/signing-profiles.ts';
import { type ProfileName, parseProfileArn } from '../values/signer-arn.ts';
import type { World } from '../world.ts';
import { SignerBadRequest, TaggedNotFound } from './refusals.ts';

export type ProfileTags = Readonly<Record<string, string>>;

const TAGS_AT_MOST = 50;

/** The tags of a profile. API_ListTagsForResource. @throws SignerBadRequest, TaggedNotFound */
export async function tagsOfProfile({ metadata }: Pick<World, 'metadata'>, resourceArn: string): Promise<ProfileTags> {
  const name = namedBy(resourceArn);
  const row = await metadata.readOne((tx) => findSigningProfile(tx, name, name.name));
  if (!row) throw notFound(resourceArn);
  return JSON.parse(row.tags);
}

/** Puts tags on a profile, and takes some off. @throws SignerBadRequest, TaggedNotFound */
export async function changeProfileTags(
  { metadata }: Pick<World, 'metadata'>,
  resourceArn: string,
  { put = {}, remove = [] }: { readonly put?: ProfileTags; readonly remove?: readonly string[] },
): Promise<void> {
  const name = namedBy(resourceArn);
  await metadata.write(async (tx) => {
    const row = await findSigningProfile(tx, name, name.name);
    if (!row) throw notFound(resourceArn);
    const before: ProfileTags = JSON.parse(row.tags);
    const kept = Object.entries({ ...before, ...put }).filter(([key]) => !remove.includes(key));
    const tags = Object.fromEntries(kept);
    checkProfileTags(tags);
    await changeSigningProfile(tx, name, { tags: JSON.stringify(tags) });
  });
}

/** @throws SignerBadRequest for more than a resource may have */
export function checkProfileTags(tags: ProfileTags): void {
  if (Object.keys(tags).length <= TAGS_AT_MOST) return;
  throw SignerBadRequest({ what: `A signing profile has at most ${TAGS_AT_MOST} tags.` });
}

function namedBy(resourceArn: string): ProfileName {
  const name = parseProfileArn(resourceArn);
  if (!name) throw SignerBadRequest({ what: `${resourceArn} is not the ARN of a signing profile.` });
  return name;
}

function notFound(resourceArn: string) {
  return TaggedNotFound({ what: `${resourceArn} not found.` });
}
