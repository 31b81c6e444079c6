import { type Possessions, possessionsOf } from '../registry/delete-images.ts';
import { lastPullsOf } from '../storage/metadata/image-pulls.ts';
import { type ImageFacts, imageFactsOf, indexesHoldingEach } from '../storage/metadata/images.ts';
import { lastUsesOf } from '../storage/metadata/judged-images.ts';
import type { ImagePart } from '../storage/metadata/layers.ts';
import type { Reading } from '../storage/metadata/port.ts';
import { referrersOf } from '../storage/metadata/referrers.ts';
import type { LifecyclePolicy } from '../values/lifecycle-policy.ts';
import type { JudgedImage, Verdict } from '../values/lifecycle-verdict.ts';
import type { RecordedImage } from './lifecycle-events.ts';
import type { PlannedAction } from './plan.ts';

/** Images as they are in the transaction that is to act on them. */
export interface Current {
  /** The image, if everything that its verdict hangs on is still so. */
  unchanged(image: JudgedImage, verdict: Verdict): ImageFacts | undefined;
  holding(digest: string): readonly string[];
  /** What refers to an image, and may go with it. */
  referrers(digest: string): readonly ImageFacts[];
  recorded(facts: ImageFacts): Omit<RecordedImage, 'rule'>;
  /** Of all of them, and of what refers to them. */
  readonly possessions: Possessions;
}

/** Looks at all that is planned, and at what refers to it, with a few queries. */
export async function lookAgain(
  tx: Reading,
  repositoryId: string,
  { planned, policy }: { readonly planned: readonly PlannedAction[]; readonly policy: LifecyclePolicy },
): Promise<Current> {
  const digests = planned.map((it) => it.image.digest);
  const followed = planned.flatMap(({ verdict: { why } }) => (why.kind === 'subject' ? [why.subject] : []));
  const ask = (all: readonly string[]) =>
    Promise.all([
      referrersOf(tx, repositoryId, all),
      possessionsOf(tx, repositoryId, all),
      indexesHoldingEach(tx, repositoryId, all),
    ]);
  const [facts, first, pulls, uses] = await Promise.all([
    imageFactsOf(tx, repositoryId, [...new Set([...digests, ...followed])]),
    ask(digests),
    policy.rules.some((it) => it.countType === 'sinceImagePulled') ? lastPullsOf(tx, repositoryId, digests) : undefined,
    policy.rules.some((it) => it.notInUseForDays !== undefined) ? lastUsesOf(tx, repositoryId, digests) : undefined,
  ]);

  const [referrers, tags, parts, indexes] = [
    new Map<string, ImageFacts[]>(),
    new Map<string, readonly string[]>(),
    new Map<string, readonly ImagePart[]>(),
    new Map<string, string[]>(),
  ];
  const known = new Set(digests);
  for (let answers = first; ; ) {
    const [referring, possessed, holding] = answers;
    for (const it of referring) referrers.getOrInsertComputed(it.subject_digest ?? '', () => []).push(it);
    for (const [digest, some] of possessed.tags) tags.set(digest, some);
    for (const [digest, some] of possessed.parts) parts.set(digest, some);
    for (const [digest, some] of holding) indexes.set(digest, some);
    const further = referring.map((it) => it.digest).filter((it) => !known.has(it));
    if (further.length === 0) break;
    for (const it of further) known.add(it);
    answers = await ask(further);
  }

  return {
    unchanged(image, { action, why }) {
      const row = facts.get(image.digest);
      if (!row || row.status !== image.status || timeOf(row.activated_at) !== image.activatedAt) return undefined;
      if (Number(row.pushed_at) !== image.pushedAt || timeOf(row.archived_at) !== image.archivedAt) return undefined;
      if (!isSame(tags.get(image.digest) ?? [], image.tags)) return undefined;
      if (pulls && pulls.get(image.digest)?.getTime() !== image.pulledAt) return undefined;
      if (uses && uses.get(image.digest)?.getTime() !== image.usedAt) return undefined;
      if (why.kind !== 'subject') return row;
      // Its subject did not take it along: so it is one that was archived before, or it was left as it is.
      if (action !== 'transition' || facts.get(why.subject)?.status !== 'ARCHIVED') return undefined;
      return row;
    },
    holding: (digest) => indexes.get(digest) ?? [],
    referrers: (digest) => referrers.get(digest) ?? [],
    recorded: (row) => ({
      digest: row.digest,
      tags: tags.get(row.digest) ?? [],
      pushedAt: Number(row.pushed_at),
    }),
    possessions: { tags, parts },
  };
}

function isSame(tags: readonly string[], judged: readonly string[]): boolean {
  return tags.length === judged.length && judged.every((it) => tags.includes(it));
}

function timeOf(at: number | null): number | undefined {
  return at === null ? undefined : Number(at);
}
