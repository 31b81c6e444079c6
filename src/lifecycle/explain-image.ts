import { repositoryIn } from '../registry/get-repository.ts';
import { repositoriesWithImage } from '../storage/metadata/digest-facts.ts';
import { lifecycleActionsOf, lifecycleActionsOn } from '../storage/metadata/lifecycle-actions.ts';
import { findLifecyclePolicy } from '../storage/metadata/lifecycle-policies.ts';
import type { LifecycleActionRow } from '../storage/metadata/lifecycle-tables.ts';
import type { LifecycleAction } from '../values/lifecycle-policy.ts';
import type { World } from '../world.ts';
import { judgeRepository } from './judge-repository.ts';
import { parsePolicy } from './parse-policy.ts';
import type { OfRepository } from './put-policy.ts';
import { sayWhy } from './say-why.ts';

const JOURNAL_AT_MOST = 100;
const REPOSITORIES_AT_MOST = 100;

export interface ExplainedImage {
  readonly account: string;
  readonly region: string;
  readonly repositoryName: string;
  readonly tags: readonly string[];
  /** What the policy of the repository would do now; `keep` also where it has none. */
  readonly action: LifecycleAction | 'keep';
  readonly rule: number | undefined;
  readonly why: string;
}

export interface JournalEntry {
  readonly at: Date;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly action: LifecycleAction;
  readonly rule: number | undefined;
  readonly why: string;
  readonly policyId: string;
}

/** Why an image is kept or goes, in up to 100 repositories that have it, and what was done to it before. */
export async function explainImage(
  world: Pick<World, 'metadata' | 'clock' | 'rules'>,
  digest: string,
): Promise<{ images: ExplainedImage[]; journal: (JournalEntry & { repositoryName: string })[] }> {
  const { repositories, done } = await world.metadata.read(async (tx) => ({
    repositories: await repositoriesWithImage(tx, digest, REPOSITORIES_AT_MOST),
    done: await lifecycleActionsOn(tx, digest, JOURNAL_AT_MOST),
  }));
  const images: ExplainedImage[] = [];
  for (const { id, account, region, name: repositoryName } of repositories) {
    const said = await world.metadata.readOne((tx) => findLifecyclePolicy(tx, id));
    const rules = said ? parsePolicy(said.policy_text, { extensions: world.rules.lifecycleExtensions }).rules : [];
    const judging = { repositoryId: id, policy: { rules }, at: world.clock.now() };
    const { images: judged, verdicts } = await judgeRepository(world, judging);
    const at = judged.findIndex((it) => it.digest === digest);
    const [image, verdict] = [judged[at], verdicts[at]];
    if (!image || !verdict) continue;
    const why = said ? sayWhy(verdict) : 'its repository has no lifecycle policy';
    const { action, rule } = verdict;
    images.push({ account, region, repositoryName, tags: image.tags, action, rule, why });
  }
  return { images, journal: done.map((it) => ({ repositoryName: it.name, ...entryOf(it) })) };
}

/**
 * What policies did to images of a repository, newest first. It is kept for 90 days.
 *
 * @throws RepositoryNotFound
 */
export function readJournal(
  { metadata }: Pick<World, 'metadata'>,
  { registry, repositoryName, limit }: OfRepository & { readonly limit: number },
): Promise<JournalEntry[]> {
  return metadata.read(async (tx) => {
    const { id } = await repositoryIn(tx, registry, repositoryName);
    return (await lifecycleActionsOf(tx, id, limit)).map(entryOf);
  });
}

function entryOf(row: LifecycleActionRow): JournalEntry {
  return {
    at: new Date(Number(row.at)),
    digest: row.digest,
    tags: JSON.parse(row.tags) as string[],
    action: row.action,
    rule: row.rule_priority ?? undefined,
    why: row.reason,
    policyId: row.policy_id,
  };
}
