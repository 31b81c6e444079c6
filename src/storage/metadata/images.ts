import { type RawBuilder, sql } from 'kysely';
import type { ImageStatus } from '../../values/image-status.ts';
import { chunks } from './chunks.ts';
import { compiledOnce } from './compiled-once.ts';
import { holdImages } from './holds.ts';
import { nextOf } from './next-of.ts';
import type { Reading, Writing } from './port.ts';
import type { ImageRow, Numbered } from './tables.ts';
import { runUnawaited } from './unawaited.ts';

/** The columns of an image but its manifest. */
export const FACTS = [
  'images.number',
  'images.repository_id',
  'images.digest',
  'images.media_type',
  'images.artifact_type',
  'images.manifest_size',
  'images.image_size',
  'images.subject_digest',
  'images.annotations',
  'images.pushed_at',
  'images.is_sealed',
  'images.status',
  'images.archived_at',
  'images.activated_at',
] as const;

/** An image without its manifest, which may be megabytes long. */
export type ImageFacts = Omit<ImageRow, 'manifest'> & Numbered;

export function findImage(tx: Reading, repositoryId: string, digest: string): Promise<ImageRow | undefined> {
  return tx
    .selectFrom('images')
    .select([...FACTS, 'images.manifest'])
    .where('repository_id', '=', repositoryId)
    .where('digest', '=', digest)
    .executeTakeFirst();
}

/** In SQL, since each pull begins with it: building the query costs more than running it. */
export async function findImageByTag(tx: Reading, repositoryId: string, tag: string): Promise<ImageRow | undefined> {
  const { rows } = await sql<ImageRow>`
    select images.* from tags
    join images on images.repository_id = tags.repository_id and images.digest = tags.digest
    where tags.repository_id = ${repositoryId} and tags.tag = ${tag}`.execute(tx);
  return rows[0];
}

export function findImageFacts(tx: Reading, repositoryId: string, digest: string): Promise<ImageFacts | undefined> {
  return tx
    .selectFrom('images')
    .select(FACTS)
    .where('repository_id', '=', repositoryId)
    .where('digest', '=', digest)
    .executeTakeFirst();
}

/** The facts of several images at once, by digest. */
export async function imageFactsOf(
  tx: Reading,
  repositoryId: string,
  digests: readonly string[],
): Promise<Map<string, ImageFacts>> {
  const facts = new Map<string, ImageFacts>();
  for (const some of chunks(digests)) {
    const query = compiledOnce(tx, 'facts of images', [repositoryId, ...some], () =>
      tx.selectFrom('images').select(FACTS).where('repository_id', '=', repositoryId).where('digest', 'in', some),
    );
    const { rows } = await tx.executeQuery(query);
    for (const row of rows) facts.set(row.digest, row);
  }
  return facts;
}

/** A new image is active. */
export type NewImage = Omit<ImageRow, 'status' | 'archived_at' | 'activated_at'>;

/** Adds the image; false when the repository has it. */
export async function addImage(tx: Writing, row: NewImage): Promise<boolean> {
  const result = await tx
    .insertInto('images')
    .values({ ...row, status: 'ACTIVE', archived_at: null, activated_at: null, number: nextOf('images') })
    .onConflict((c) => c.columns(['repository_id', 'digest']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/**
 * Notes which layers an image needs and which images an index holds. What is noted already stays. The images are held:
 * none is deleted by who did not see that an index has it now.
 */
export async function addReferences(
  tx: Writing,
  image: { repositoryId: string; digest: string },
  references: { layers: readonly string[]; children: readonly string[] },
): Promise<void> {
  for (const layers of chunks(references.layers)) {
    await tx
      .insertInto('image_layers')
      .columns(['image_number', 'layer_number'])
      .expression((e) =>
        e
          .selectFrom('images')
          .innerJoin('layers', 'layers.repository_id', 'images.repository_id')
          .select(['images.number', 'layers.number as layer'])
          .where('images.repository_id', '=', image.repositoryId)
          .where('images.digest', '=', image.digest)
          .where('layers.digest', 'in', layers),
      )
      .onConflict((c) => c.doNothing())
      .execute();
  }
  for (const children of chunks(references.children)) {
    await tx
      .insertInto('image_children')
      .values(
        children.map((child) => ({
          repository_id: image.repositoryId,
          index_digest: image.digest,
          child_digest: child,
        })),
      )
      .onConflict((c) => c.doNothing())
      .execute();
  }
  await holdImages(tx, image.repositoryId, references.children);
}

/** Which of `digests` are images of the repository. */
export async function presentImages(
  tx: Reading,
  repositoryId: string,
  digests: readonly string[],
): Promise<Map<string, { image_size: number }>> {
  const present = new Map<string, { image_size: number }>();
  for (const some of chunks(digests)) {
    const rows = await tx
      .selectFrom('images')
      .select(['digest', 'image_size'])
      .where('repository_id', '=', repositoryId)
      .where('digest', 'in', some)
      .execute();
    for (const row of rows) present.set(row.digest, row);
  }
  return present;
}

/** The status of each of the images that is there. */
export async function statusesOf(
  tx: Reading,
  repositoryId: string,
  digests: readonly string[],
): Promise<Map<string, ImageStatus>> {
  const statuses = new Map<string, ImageStatus>();
  for (const some of chunks(digests)) {
    const rows = await tx
      .selectFrom('images')
      .select(['digest', 'status'])
      .where('repository_id', '=', repositoryId)
      .where('digest', 'in', some)
      .execute();
    for (const row of rows) statuses.set(row.digest, row.status);
  }
  return statuses;
}

/** The indexes of the repository that hold the image. */
export async function indexesHolding(tx: Reading, repositoryId: string, digest: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('image_children')
    .select('index_digest')
    .where('repository_id', '=', repositoryId)
    .where('child_digest', '=', digest)
    .orderBy('index_digest')
    .execute();
  return rows.map((row) => row.index_digest);
}

/** The same for several images at once; those that none holds are left out. */
export async function indexesHoldingEach(
  tx: Reading,
  repositoryId: string,
  digests: readonly string[],
): Promise<Map<string, string[]>> {
  const indexes = new Map<string, string[]>();
  for (const some of chunks(digests)) {
    const query = compiledOnce(tx, 'indexes holding images', [repositoryId, ...some], () =>
      tx
        .selectFrom('image_children')
        .select(['child_digest', 'index_digest'])
        .where('repository_id', '=', repositoryId)
        .where('child_digest', 'in', some)
        .orderBy('child_digest')
        .orderBy('index_digest'),
    );
    const { rows } = await tx.executeQuery(query);
    for (const row of rows) indexes.getOrInsertComputed(row.child_digest, () => []).push(row.index_digest);
  }
  return indexes;
}

/** Those of them that are not archived. */
export async function activeIndexesHolding(tx: Reading, repositoryId: string, digest: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('image_children')
    .innerJoin('images', (join) =>
      join
        .onRef('images.repository_id', '=', 'image_children.repository_id')
        .onRef('images.digest', '=', 'image_children.index_digest'),
    )
    .select('image_children.index_digest')
    .where('image_children.repository_id', '=', repositoryId)
    .where('image_children.child_digest', '=', digest)
    .where('images.status', '<>', 'ARCHIVED')
    .orderBy('image_children.index_digest')
    .execute();
  return rows.map((row) => row.index_digest);
}

export async function hasImages(tx: Reading, repositoryId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('images')
    .select('digest')
    .where('repository_id', '=', repositoryId)
    // Without an order, a planner reads the table from its beginning when most of it seems to be of this repository.
    .orderBy('digest')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function countImages(tx: Reading, repositoryId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('images')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('repository_id', '=', repositoryId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Removes images of a repository, their tags and their references. */
export async function removeImages(
  tx: Writing,
  repositoryId: string,
  images: readonly Pick<ImageFacts, 'digest' | 'number'>[],
): Promise<void> {
  for (const some of chunks(images)) {
    const [digests, numbers] = [some.map((it) => it.digest), some.map((it) => it.number)];
    // What refers to them would go with them, but one by one.
    if (some.length > 1) {
      const references = compiledOnce(tx, 'remove references', numbers, () =>
        tx.deleteFrom('image_layers').where('image_number', 'in', numbers),
      );
      await runUnawaited(tx, references);
    }
    // Those that the snapshot has: one that is somewhere else by now went before, and not with them.
    const tags = compiledOnce(tx, 'remove tags of images', [repositoryId, ...digests], () =>
      tx.deleteFrom('tags').where('repository_id', '=', repositoryId).where('digest', 'in', digests),
    );
    await runUnawaited(tx, tags);
    const rows = compiledOnce(tx, 'remove images', numbers, () =>
      tx.deleteFrom('images').where('number', 'in', numbers),
    );
    await runUnawaited(tx, rows);
  }
}

export interface ImagePage {
  readonly tagStatus: 'TAGGED' | 'UNTAGGED' | 'ANY';
  /** Those of any status when not said. */
  readonly status?: ImageStatus | undefined;
  readonly after: { readonly pushedAt: number; readonly digest: string } | undefined;
  readonly limit: number;
}

/**
 * Rows of `images` with this status; all when it is undefined. Those that are not active have an index of their own,
 * which is found by its condition.
 */
export function ofStatus(status: ImageStatus | undefined): RawBuilder<boolean> {
  if (status === undefined) return sql`1 = 1`;
  if (status === 'ACTIVE') return sql`images.status = 'ACTIVE'`;
  return sql`images.status <> 'ACTIVE' and images.status = ${status}`;
}

/** Images youngest first; of one moment the greatest digest first. */
export function imagesByPush(tx: Reading, repositoryId: string, page: ImagePage): Promise<ImageFacts[]> {
  let query = tx.selectFrom('images').select(FACTS).where('images.repository_id', '=', repositoryId);
  const { after } = page;
  if (after) {
    query = query.where((e) =>
      e.or([
        e('images.pushed_at', '<', after.pushedAt),
        e.and([e('images.pushed_at', '=', after.pushedAt), e('images.digest', '<', after.digest)]),
      ]),
    );
    // The planner finds the place in the index by this bound; the line above only settles one moment.
    query = query.where('images.pushed_at', '<=', after.pushedAt);
  }
  query = query.where(ofStatus(page.status));
  if (page.tagStatus !== 'ANY') {
    query = query.where((e) => {
      const tagged = e.exists(
        e
          .selectFrom('tags')
          .select('tags.tag')
          .whereRef('tags.repository_id', '=', 'images.repository_id')
          .whereRef('tags.digest', '=', 'images.digest'),
      );
      return page.tagStatus === 'TAGGED' ? tagged : e.not(tagged);
    });
  }
  return query.orderBy('images.pushed_at', 'desc').orderBy('images.digest', 'desc').limit(page.limit).execute();
}

/** Images without a tag, by digest. */
export async function untaggedAfter(
  tx: Reading,
  repositoryId: string,
  page: { status?: ImageStatus | undefined; after: string | undefined; limit: number },
): Promise<string[]> {
  const rows = await tx
    .selectFrom('images')
    .select('images.digest')
    .where('images.repository_id', '=', repositoryId)
    .where(ofStatus(page.status))
    .where('images.digest', '>', page.after ?? '')
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('tags')
            .select('tags.tag')
            .whereRef('tags.repository_id', '=', 'images.repository_id')
            .whereRef('tags.digest', '=', 'images.digest'),
        ),
      ),
    )
    .orderBy('images.digest')
    .limit(page.limit)
    .execute();
  return rows.map((row) => row.digest);
}
