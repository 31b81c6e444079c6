import type { Session } from '../principal.ts';
import { InvalidParameterValue, StsValidationError } from './refusals.ts';

/** Tags and source identity that a session takes over from the one that asks for it. */
export type Inherited = Pick<Session, 'tags' | 'transitiveTagKeys' | 'sourceIdentity'>;

export interface AskedTags {
  readonly tags: readonly SessionTag[];
  readonly transitiveTagKeys: readonly string[];
}

export interface SessionTag {
  readonly key: string;
  readonly value: string;
}

export type SessionTags = Pick<Session, 'tags' | 'transitiveTagKeys'>;

/** IAM User Guide, "Pass session tags in AWS STS". */
const TAGS_AT_MOST = 50;

/**
 * The tags of a new session: those that are asked for, and of the session that asks those whose keys are transitive. They
 * cannot be given another value, along the whole chain. Keys are the same whatever their case.
 *
 * @throws InvalidParameterValue, StsValidationError
 */
export function sessionTags({ tags, transitiveTagKeys }: AskedTags, inherited: Inherited | undefined): SessionTags {
  const asked = new Map<string, SessionTag>();
  for (const tag of tags) {
    const key = tag.key.toLowerCase();
    if (key.startsWith('aws:')) {
      throw StsValidationError({ reason: `Tag keys that begin with aws: are reserved: ${tag.key}` });
    }
    if (asked.has(key)) {
      throw StsValidationError({ reason: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.' });
    }
    asked.set(key, tag);
  }
  const stray = transitiveTagKeys.find((it) => !asked.has(it.toLowerCase()));
  if (stray !== undefined) {
    throw StsValidationError({
      reason: `The specified transitive tag key must be included in the requested tags: ${stray}`,
    });
  }

  const kept = keptTags(inherited);
  const overridden = kept.find((it) => asked.has(it.key.toLowerCase()));
  if (overridden !== undefined) {
    throw InvalidParameterValue({
      reason: `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session: ${overridden.key}`,
    });
  }
  const all = [...kept, ...asked.values()];
  if (all.length > TAGS_AT_MOST) {
    throw StsValidationError({ reason: `A session can have ${TAGS_AT_MOST} tags at most, with those it inherits.` });
  }
  return {
    tags: Object.fromEntries(all.map(({ key, value }) => [key, value])),
    transitiveTagKeys: [...new Set([...kept.map((it) => it.key), ...transitiveTagKeys])],
  };
}

/** The condition keys that tags make when they are asked for. */
export function tagConditions({ tags, transitiveTagKeys }: AskedTags): [string, string | readonly string[]][] {
  const conditions: [string, string | readonly string[]][] = tags.map((it) => [`aws:RequestTag/${it.key}`, it.value]);
  if (tags.length > 0) conditions.push(['aws:TagKeys', tags.map((it) => it.key)]);
  if (transitiveTagKeys.length > 0) conditions.push(['sts:TransitiveTagKeys', transitiveTagKeys]);
  return conditions;
}

/** What one must be allowed beside a session itself, for what it carries; also for what comes down the chain. */
export function taggingActions({
  tags,
  sourceIdentity: identity,
}: Pick<Inherited, 'tags' | 'sourceIdentity'>): ('sts:TagSession' | 'sts:SetSourceIdentity')[] {
  return [
    ...(Object.keys(tags).length > 0 ? (['sts:TagSession'] as const) : []),
    ...(identity !== undefined ? (['sts:SetSourceIdentity'] as const) : []),
  ];
}

/** The tags that go on with the chain. */
function keptTags(inherited: Inherited | undefined): SessionTag[] {
  if (!inherited) return [];
  const transitive = new Set(inherited.transitiveTagKeys.map((it) => it.toLowerCase()));
  return Object.entries(inherited.tags)
    .filter(([key]) => transitive.has(key.toLowerCase()))
    .map(([key, value]) => ({ key, value }));
}

/**
 * The source identity of a new session: who is known by one stays known by it, whatever roles he takes.
 *
 * @throws InvalidParameterValue when another is asked for
 */
export function sourceIdentity(asked: string | undefined, inherited: Inherited | undefined): string | undefined {
  const known = inherited?.sourceIdentity;
  if (known !== undefined && asked !== undefined && asked !== known) {
    throw InvalidParameterValue({ reason: 'The source identity of the calling session cannot be changed.' });
  }
  return known ?? asked;
}
