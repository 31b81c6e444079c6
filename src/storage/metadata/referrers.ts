import type { ImageStatus } from '../../values/image-status.ts';
import { chunks } from './chunks.ts';
import { compiledOnce } from './compiled-once.ts';
import { FACTS, type ImageFacts, ofStatus } from './images.ts';
import type { Reading } from './port.ts';

/** Images whose subject is `subject`, by digest. */
export function referrersAfter(
  tx: Reading,
  repositoryId: string,
  subject: string,
  page: {
    artifactTypes: readonly string[];
    status?: ImageStatus | undefined;
    after: string | undefined;
    limit: number;
  },
): Promise<ImageFacts[]> {
  let query = tx
    .selectFrom('images')
    .select(FACTS)
    .where('repository_id', '=', repositoryId)
    .where('subject_digest', '=', subject)
    .where('digest', '>', page.after ?? '')
    .where(ofStatus(page.status));
  if (page.artifactTypes.length > 0) query = query.where('artifact_type', 'in', page.artifactTypes);
  return query.orderBy('digest').limit(page.limit).execute();
}

/** Which of `subjects` an image of the repository refers to, whether they are there or not. */
export async function subjectsOfReferrers(
  tx: Reading,
  repositoryId: string,
  subjects: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const some of chunks(subjects)) {
    const rows = await tx
      .selectFrom('images')
      .select('subject_digest')
      .distinct()
      .where('repository_id', '=', repositoryId)
      .where('subject_digest', 'in', some)
      .execute();
    found.push(...rows.flatMap((it) => it.subject_digest ?? []));
  }
  return found;
}

/** All images whose subject is one of `subjects`. */
export async function referrersOf(
  tx: Reading,
  repositoryId: string,
  subjects: readonly string[],
): Promise<ImageFacts[]> {
  const referrers: ImageFacts[] = [];
  for (const some of chunks(subjects)) {
    const query = compiledOnce(tx, 'referrers of images', [repositoryId, ...some], () =>
      tx
        .selectFrom('images')
        .select(FACTS)
        .where('repository_id', '=', repositoryId)
        .where('subject_digest', 'in', some)
        .orderBy('subject_digest')
        .orderBy('digest'),
    );
    const { rows } = await tx.executeQuery(query);
    referrers.push(...rows);
  }
  return referrers;
}
