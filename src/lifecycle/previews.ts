import { resolveImageId } from '../registry/find-images.ts';
import { repositoryIn } from '../registry/get-repository.ts';
import type { ImageId } from '../registry/image-id.ts';
import { addJob } from '../storage/metadata/jobs.ts';
import { findLifecyclePolicy } from '../storage/metadata/lifecycle-policies.ts';
import {
  findLifecyclePreview,
  previewResults,
  previewResultsFor,
  putLifecyclePreview,
} from '../storage/metadata/lifecycle-previews.ts';
import type { LifecyclePreviewResultRow, LifecyclePreviewRow } from '../storage/metadata/lifecycle-tables.ts';
import type { Reading } from '../storage/metadata/port.ts';
import type { LifecycleAction } from '../values/lifecycle-policy.ts';
import type { World } from '../world.ts';
import { parsePolicy } from './parse-policy.ts';
import { previewExpiry } from './preview-expiry.ts';
import type { OfRepository } from './put-policy.ts';
import {
  LifecyclePolicyNotFound,
  LifecyclePolicyPreviewInProgress,
  LifecyclePolicyPreviewNotFound,
} from './refusals.ts';
import { PREVIEW_LIFECYCLE, type PreviewLifecycle } from './run-preview.ts';

/** One that did not end by then has nobody who would end it. */
const GIVEN_UP_AFTER_MS = 60 * 60 * 1000;

/**
 * Begins to find out what a policy would do: the text, or else the policy that the repository has. Answers its text.
 * API_StartLifecyclePolicyPreview.
 *
 * @throws RepositoryNotFound, LifecyclePolicyNotFound, PolicyInvalid, LifecyclePolicyPreviewInProgress
 */
export function startPreview(
  world: Pick<World, 'metadata' | 'clock' | 'ids' | 'rules'>,
  { registry, repositoryName, text }: OfRepository & { readonly text: string | undefined },
): Promise<string> {
  const now = world.clock.now();
  const previewId = world.ids.uuid();
  const jobId = world.ids.uuid();
  return world.metadata.write(async (tx) => {
    const { id } = await repositoryIn(tx, registry, repositoryName);
    const said = text ?? (await findLifecyclePolicy(tx, id))?.policy_text;
    const facts = { repositoryName, registryId: registry.account };
    if (said === undefined) throw LifecyclePolicyNotFound(facts);
    parsePolicy(said, { extensions: world.rules.lifecycleExtensions });
    const before = await findLifecyclePreview(tx, id);
    const isRunning = before?.status === 'IN_PROGRESS' && Number(before.started_at) > now.getTime() - GIVEN_UP_AFTER_MS;
    if (isRunning) throw LifecyclePolicyPreviewInProgress(facts);

    await putLifecyclePreview(tx, {
      repository_id: id,
      id: previewId,
      policy_text: said,
      status: 'IN_PROGRESS',
      started_at: now.getTime(),
      ended_at: null,
      expiring: 0,
      transitioning: 0,
    });
    const payload: PreviewLifecycle = { repositoryId: id, previewId };
    await addJob(tx, { id: jobId, kind: PREVIEW_LIFECYCLE, registry, payload, dueAt: now, now });
    return said;
  });
}

export interface Preview {
  readonly text: string;
  readonly status: LifecyclePreviewRow['status'];
  readonly expiring: number;
  readonly transitioning: number;
  readonly results: readonly PreviewResult[];
  /** Where the next page begins; undefined at the end. */
  readonly next?: string;
}

export interface PreviewResult {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly pushedAt: Date;
  readonly action: LifecycleAction;
  readonly rule: number | undefined;
  readonly storageClass: 'STANDARD' | 'ARCHIVE';
}

type TagStatus = 'TAGGED' | 'UNTAGGED' | 'ANY';

export interface PreviewQuery extends OfRepository {
  readonly tagStatus: TagStatus;
  /** These images alone, all at once. */
  readonly imageIds?: readonly ImageId[] | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/**
 * How far the last preview is, and what it found. API_GetLifecyclePolicyPreview.
 *
 * @throws RepositoryNotFound, LifecyclePolicyPreviewNotFound
 */
export function getPreview(
  { metadata, clock }: Pick<World, 'metadata' | 'clock'>,
  { registry, repositoryName, tagStatus, imageIds, after, limit }: PreviewQuery,
): Promise<Preview> {
  return metadata.read(async (tx) => {
    const { id } = await repositoryIn(tx, registry, repositoryName);
    const row = await findLifecyclePreview(tx, id);
    if (!row) throw LifecyclePolicyPreviewNotFound({ repositoryName, registryId: registry.account });
    const isOld = row.status === 'COMPLETE' && Number(row.ended_at) < previewExpiry(clock.now()).getTime();
    const status = isOld ? 'EXPIRED' : row.status;
    const { expiring, transitioning, policy_text: text } = row;
    const preview = { text, status, expiring, transitioning };
    if (status !== 'COMPLETE') return { ...preview, results: [] };

    const which = { repositoryId: id, previewId: row.id };
    if (imageIds) {
      const found = await previewResultsFor(tx, which, await digestsOf(tx, id, imageIds));
      return { ...preview, results: found.map(resultOf).filter((it) => hasTagStatus(it, tagStatus)) };
    }
    const position = after === undefined ? undefined : Number(after);
    const rows = await previewResults(tx, which, { tagStatus, after: position, limit: limit + 1 });
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const hasMore = rows.length > limit && last !== undefined;
    return { ...preview, results: shown.map(resultOf), ...(hasMore && { next: String(last.place) }) };
  });
}

async function digestsOf(tx: Reading, repositoryId: string, imageIds: readonly ImageId[]): Promise<string[]> {
  const digests: string[] = [];
  for (const imageId of imageIds) {
    const resolved = await resolveImageId(tx, repositoryId, imageId);
    if ('digest' in resolved) digests.push(resolved.digest);
  }
  return digests;
}

function hasTagStatus({ tags }: PreviewResult, tagStatus: TagStatus): boolean {
  return tagStatus === 'ANY' || (tagStatus === 'TAGGED') === tags.length > 0;
}

function resultOf(row: LifecyclePreviewResultRow): PreviewResult {
  return {
    digest: row.digest,
    tags: JSON.parse(row.tags) as string[],
    pushedAt: new Date(Number(row.pushed_at)),
    action: row.action,
    rule: row.rule_priority ?? undefined,
    storageClass: row.storage_class,
  };
}
