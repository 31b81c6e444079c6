import { sql } from 'kysely';
import type { RegistryId } from '../../values/registry-id.ts';
import { fixedQuery } from './fixed-query.ts';
import type { Reading } from './port.ts';
import type { ImageRow } from './tables.ts';

/** An image, and whether the repository that was named is there at all. */
export interface ImageIn {
  readonly hasRepository: boolean;
  readonly image: ImageRow | undefined;
}

type Named = [account: string, region: string, repositoryName: string, by: string];

const imagesByTag = fixedQuery<ImageRow | NoImage, Named>(
  (account, region, repositoryName, tag) => sql`
    select images.* from repositories
    left join tags on tags.repository_id = repositories.id and tags.tag = ${tag}
    left join images on images.repository_id = tags.repository_id and images.digest = tags.digest
    where repositories.account = ${account} and repositories.region = ${region}
      and repositories.name = ${repositoryName}`,
);

/** The image that a tag points at, for who knows no more than names: one statement, since each pull asks it. */
export async function imageByTagIn(
  tx: Reading,
  { account, region }: RegistryId,
  repositoryName: string,
  tag: string,
): Promise<ImageIn> {
  return imageIn((await imagesByTag(tx, account, region, repositoryName, tag))[0]);
}

const imagesByDigest = fixedQuery<ImageRow | NoImage, Named>(
  (account, region, repositoryName, digest) => sql`
    select images.* from repositories
    left join images on images.repository_id = repositories.id and images.digest = ${digest}
    where repositories.account = ${account} and repositories.region = ${region}
      and repositories.name = ${repositoryName}`,
);

/** The same by its digest. */
export async function imageByDigestIn(
  tx: Reading,
  { account, region }: RegistryId,
  repositoryName: string,
  digest: string,
): Promise<ImageIn> {
  return imageIn((await imagesByDigest(tx, account, region, repositoryName, digest))[0]);
}

/** What an outer join answers where there is none. */
type NoImage = Record<keyof ImageRow, null>;

function imageIn(row: ImageRow | NoImage | undefined): ImageIn {
  return { hasRepository: row !== undefined, image: row === undefined || row.digest === null ? undefined : row };
}
