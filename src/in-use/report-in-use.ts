import * as v from 'valibot';
import { repositoryIn } from '../registry/get-repository.ts';
import { InvalidParameter, LimitExceeded } from '../registry/refusals.ts';
import { countUses, putUses } from '../storage/metadata/image-uses.ts';
import { presentImages } from '../storage/metadata/images.ts';
import type { ImageUseRow } from '../storage/metadata/tables.ts';
import { isDigest } from '../values/digest.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';

/** What one repository keeps: each image by each of its reporters. */
const ROWS_AT_MOST = 100_000;

const image = v.strictObject({
  imageDigest: v.pipe(v.string(), v.check(isDigest, 'must be a digest, whole')),
  inUseCount: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000)), 1),
  detail: v.optional(v.pipe(v.string(), v.maxLength(256))),
});

const report = v.strictObject({
  reporter: v.pipe(v.string(), v.regex(/^[\w.:/@-]{1,128}$/, 'must be 1 to 128 of letters, digits and . _ : / @ -')),
  images: v.pipe(v.array(image), v.maxLength(10_000)),
});

/**
 * All images of a repository that a reporter (a cluster, a host) runs at this time. Names are those that Inspector has
 * for the same: `inUseCount`, `lastInUseAt`.
 */
export type InUseReport = v.InferOutput<typeof report>;

/** @throws InvalidParameter, which names the member that is wrong */
export function parseReport(json: string): InUseReport {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch {
    throw InvalidParameter({ member: 'report', constraint: 'must be JSON' });
  }
  const parsed = v.safeParse(report, data);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw InvalidParameter({ member: v.getDotPath(issue) ?? 'report', constraint: issue.message });
}

/**
 * Takes a report for all that its reporter runs of the repository: what it ran before and does not name any more is not
 * in use there. Answers the digests that the repository does not have; of them nothing is kept.
 *
 * @throws RepositoryNotFound, LimitExceeded
 */
export function reportInUse(
  { metadata, clock }: Pick<World, 'metadata' | 'clock'>,
  registry: RegistryId,
  repositoryName: string,
  { reporter, images }: InUseReport,
): Promise<{ readonly unknownDigests: readonly string[] }> {
  const now = clock.now().getTime();
  return metadata.write(async (tx) => {
    const { id: repositoryId } = await repositoryIn(tx, registry, repositoryName);
    const asked = [...new Set(images.map((it) => it.imageDigest))];
    const present = await presentImages(tx, repositoryId, asked);
    const rows = new Map<string, ImageUseRow>();
    for (const { imageDigest: digest, inUseCount, detail } of images) {
      if (!present.has(digest)) continue;
      const count = inUseCount + (rows.get(digest)?.in_use_count ?? 0);
      const row = { repository_id: repositoryId, digest, reporter, last_in_use_at: now, in_use_count: count };
      rows.set(digest, { ...row, detail: detail ?? rows.get(digest)?.detail ?? null });
    }
    const used = [...rows.values()].filter((it) => it.in_use_count > 0);
    await putUses(tx, { repositoryId, reporter }, used);
    if ((await countUses(tx, repositoryId)) > ROWS_AT_MOST) {
      throw LimitExceeded({
        what: `The reports of what is in use of the repository with name '${repositoryName}' have reached the limit of ${ROWS_AT_MOST} images and reporters`,
      });
    }
    return { unknownDigests: asked.filter((it) => !present.has(it)) };
  });
}
