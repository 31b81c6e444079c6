import { findImageByTag, type ImageFacts, statusesOf } from '../storage/metadata/images.ts';
import { referrersAfter } from '../storage/metadata/referrers.ts';
import type { ImageRow } from '../storage/metadata/tables.ts';
import { type ImageStatus, type StatusFilter, statusOf } from '../values/image-status.ts';
import type { RegistryId } from '../values/registry-id.ts';
import { repositoryIn } from './get-repository.ts';
import { openAnnotations, openManifest } from './image-cells.ts';
import { descriptorAt, objectAt, stringAt, textMapAt } from './manifest-json.ts';
import type { Repository } from './repository.ts';
import type { SealingWorld } from './sealing-keys.ts';

export interface Referrer {
  readonly digest: string;
  readonly mediaType: string;
  /** Length of the referrer's manifest. */
  readonly size: number;
  readonly artifactType: string | undefined;
  readonly annotations: Readonly<Record<string, string>> | undefined;
  readonly status: ImageStatus;
}

/**
 * A page of the images of a status (active ones, when not said) that name `subject` as theirs, by digest, whether the subject exists or not; also those that a
 * client of a registry without this call has listed under the fallback tag (distribution-spec 1.1, "Backwards
 * Compatibility"). `next` is the digest to go on after.
 *
 * @throws RepositoryNotFound, and the refusals of KMS when the repository's key cannot be used now
 */
export async function listReferrers(
  core: SealingWorld,
  registry: RegistryId,
  repositoryName: string,
  query: {
    subject: string;
    artifactTypes?: readonly string[];
    status?: StatusFilter | undefined;
    after?: string | undefined;
    limit: number;
  },
): Promise<{ referrers: Referrer[]; next?: string }> {
  const { subject, artifactTypes = [], after, limit } = query;
  const status = statusOf(query.status);
  const { repository, rows, fallback } = await core.metadata.read(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    const rows = await referrersAfter(tx, repository.id, subject, { artifactTypes, status, after, limit: limit + 1 });
    return { repository, rows, fallback: await findImageByTag(tx, repository.id, fallbackTag(subject)) };
  });
  const listed = fallback?.status === 'ACTIVE' ? await listedIn(core, repository, fallback, status) : [];
  const found = new Map<string, Referrer | ImageFacts>(listed.map((it) => [it.digest, it]));
  for (const { digest, artifactType } of listed) {
    const isWanted = artifactTypes.length === 0 || (artifactType !== undefined && artifactTypes.includes(artifactType));
    if (!isWanted || (after !== undefined && digest <= after)) found.delete(digest);
  }
  for (const row of rows) found.set(row.digest, row);

  const sorted = [...found.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  const referrers: Referrer[] = [];
  for (const it of sorted.slice(0, limit)) {
    referrers.push('media_type' in it ? await referrerOf(core, repository, it) : it);
  }
  const last = referrers.at(-1);
  return { referrers, ...(sorted.length > limit && last !== undefined && { next: last.digest }) };
}

async function referrerOf(core: SealingWorld, repository: Repository, row: ImageFacts): Promise<Referrer> {
  return {
    digest: row.digest,
    mediaType: row.media_type,
    size: row.manifest_size,
    artifactType: row.artifact_type ?? undefined,
    annotations: await openAnnotations(core, repository, row),
    status: row.status,
  };
}

/** What the index under the tag `sha256-<hex>` lists of this status. What is not here, a client may know elsewhere. */
async function listedIn(
  core: SealingWorld,
  repository: Repository,
  fallback: ImageRow,
  status: ImageStatus | undefined,
): Promise<Referrer[]> {
  const listed = referrersIn(await openManifest(core, repository, fallback));
  const digests = listed.map((it) => it.digest);
  const known = await core.metadata.read((tx) => statusesOf(tx, repository.id, digests));
  const referrers = listed.map((it): Referrer => ({ ...it, status: known.get(it.digest) ?? 'ACTIVE' }));
  return referrers.filter((it) => status === undefined || it.status === status);
}

/** The manifest was checked when it was pushed. */
function referrersIn(manifest: Buffer): Omit<Referrer, 'status'>[] {
  const { manifests } = objectAt(JSON.parse(manifest.toString('utf8')), 'the manifest');
  if (!Array.isArray(manifests)) return [];
  return manifests.map((entry: unknown) => {
    const json = objectAt(entry, 'the entry');
    const { digest, mediaType, size } = descriptorAt(entry, 'the entry');
    return {
      digest,
      mediaType,
      size,
      artifactType: stringAt(json, 'artifactType'),
      annotations: textMapAt(json, 'annotations'),
    };
  });
}

/** distribution-spec 1.1, "Referrers Tag Schema": the algorithm, a dash, and up to 64 characters of the rest. */
function fallbackTag(subject: string): string {
  const [algorithm, hex = ''] = subject.split(':');
  return `${algorithm}-${hex.slice(0, 64)}`;
}
