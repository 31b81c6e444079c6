import { sql } from 'kysely';
import type { ImageStatus } from '../../values/image-status.ts';
import { chunks } from './chunks.ts';
import type { Reading } from './port.ts';

/*
 * All that lifecycle policies look at in the images of a repository: page by page and each in the order of an index, so
 * that a hundred thousand images are read without sorting and others have their turn in between.
 */

/** What tells where a page ended: the next one begins behind it. */
export type Position = readonly [string | number, string];

export interface ImagesPage {
  readonly after: Position | undefined;
  readonly limit: number;
}

export interface JudgedRow {
  readonly digest: string;
  readonly pushed_at: number;
  readonly status: ImageStatus;
  readonly archived_at: number | null;
  readonly activated_at: number | null;
  readonly subject_digest: string | null;
}

/** Oldest push first. */
export async function judgedImages(
  tx: Reading,
  repositoryId: string,
  { after: [pushedAt, digest] = [-1, ''], limit }: ImagesPage,
): Promise<JudgedRow[]> {
  const { rows } = await sql<JudgedRow>`
    select digest, pushed_at, status, archived_at, activated_at, subject_digest from images
    where repository_id = ${repositoryId} and (pushed_at, digest) > (${pushedAt}, ${digest})
    order by pushed_at, digest limit ${limit}`.execute(tx);
  return rows;
}

/** Tags by image. */
export async function tagsByImage(
  tx: Reading,
  repositoryId: string,
  { after: [digest, tag] = ['', ''], limit }: ImagesPage,
): Promise<{ digest: string; tag: string }[]> {
  const { rows } = await sql<{ digest: string; tag: string }>`
    select digest, tag from tags
    where repository_id = ${repositoryId} and (digest, tag) > (${digest}, ${tag})
    order by digest, tag limit ${limit}`.execute(tx);
  return rows;
}

/** What indexes hold, by what is held. */
export async function childrenByImage(
  tx: Reading,
  repositoryId: string,
  { after: [child, index] = ['', ''], limit }: ImagesPage,
): Promise<{ child_digest: string; index_digest: string }[]> {
  const { rows } = await sql<{ child_digest: string; index_digest: string }>`
    select child_digest, index_digest from image_children
    where repository_id = ${repositoryId} and (child_digest, index_digest) > (${child}, ${index})
    order by child_digest, index_digest limit ${limit}`.execute(tx);
  return rows;
}

export interface SeenRow {
  readonly digest: string;
  readonly part: string;
  readonly at: number;
}

/** When images were last pulled, under each tag that they were asked by. */
export async function pullsByImage(
  tx: Reading,
  repositoryId: string,
  { after: [digest, tag] = ['', ''], limit }: ImagesPage,
): Promise<SeenRow[]> {
  // The first of all is pulled by digest, which is the tag ''.
  const from = digest === '' ? sql`` : sql`and (digest, tag) > (${digest}, ${tag})`;
  const { rows } = await sql<SeenRow>`
    select digest, tag as part, last_pulled_at as at from image_pulls
    where repository_id = ${repositoryId} ${from}
    order by digest, tag limit ${limit}`.execute(tx);
  return rows;
}

/** When images were last reported to be in use, by each reporter. */
export async function usesByImage(
  tx: Reading,
  repositoryId: string,
  { after: [digest, reporter] = ['', ''], limit }: ImagesPage,
): Promise<SeenRow[]> {
  const { rows } = await sql<SeenRow>`
    select digest, reporter as part, last_in_use_at as at from image_uses
    where repository_id = ${repositoryId} and (digest, reporter) > (${digest}, ${reporter})
    order by digest, reporter limit ${limit}`.execute(tx);
  return rows;
}

/** What each image needs, by image. */
export async function partsByImage(
  tx: Reading,
  repositoryId: string,
  { after: [image, layer] = ['', ''], limit }: ImagesPage,
): Promise<{ image_digest: string; layer_digest: string; size: number }[]> {
  const { rows } = await sql<{ image_digest: string; layer_digest: string; size: number }>`
    select i.digest as image_digest, l.digest as layer_digest, l.size from images i
    join image_layers r on r.image_number = i.number join layers l on l.number = r.layer_number
    where i.repository_id = ${repositoryId} and i.digest >= ${image} and (i.digest > ${image} or l.digest > ${layer})
    order by i.digest, l.digest limit ${limit}`.execute(tx);
  return rows;
}

/** When each of the images was last reported to be in use, by anybody; those that never were are left out. */
export async function lastUsesOf(
  tx: Reading,
  repositoryId: string,
  digests: readonly string[],
): Promise<Map<string, Date>> {
  const last = new Map<string, Date>();
  for (const some of chunks(digests)) {
    const rows = await tx
      .selectFrom('image_uses')
      .select((e) => ['digest', e.fn.max('last_in_use_at').as('last')])
      .where('repository_id', '=', repositoryId)
      .where('digest', 'in', some)
      .groupBy('digest')
      .execute();
    for (const row of rows) last.set(row.digest, new Date(Number(row.last)));
  }
  return last;
}
