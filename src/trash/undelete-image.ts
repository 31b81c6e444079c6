import type { Core } from '../registry/core.ts';
import { getRepository } from '../registry/get-repository.ts';
import { openManifest } from '../registry/image-cells.ts';
import { type Manifest, parseManifest } from '../registry/parse-manifest.ts';
import { putImage } from '../registry/put-image.ts';
import type { Repository } from '../registry/repository.ts';
import { findImage } from '../storage/metadata/images.ts';
import { tagHistoryOf } from '../storage/metadata/tag-history.ts';
import { findTag } from '../storage/metadata/tags.ts';
import { findTrashedImage, removeTrashedImage, trashedImages } from '../storage/metadata/trash.ts';
import { algorithmOf, isDigest } from '../values/digest.ts';
import type { RegistryId } from '../values/registry-id.ts';
import { NotInTrash } from './refusals.ts';

/** What is to be had back: an image by its digest, or what a tag pointed at. */
export type Wanted =
  | { readonly digest: string; readonly tag?: never; readonly at?: never }
  | {
      readonly tag: string;
      /** When it pointed there; before it was last moved or removed, where that is not said. */
      readonly at?: Date | undefined;
      readonly digest?: never;
    };

export interface Undeleted {
  readonly digest: string;
  /** Those that point at it again. */
  readonly tags: readonly string[];
  /** What an index of them brought with it. */
  readonly children: readonly string[];
}

/**
 * Has a deleted image back, or a tag where it pointed: by an ordinary push of the same manifest, with all that a push is
 * checked for and followed by. An image that is asked for by its digest gets those of its tags again that point nowhere;
 * children of an index come with it.
 *
 * @throws RepositoryNotFound, NotInTrash, and what `putImage` does: LayersNotFound where layers were deleted meanwhile,
 *   ImageTagAlreadyExists where the tag points elsewhere and may not move
 */
export async function undeleteImage(
  core: Core,
  registry: RegistryId,
  repositoryName: string,
  wanted: Wanted,
): Promise<Undeleted> {
  const repository = await getRepository(core, registry, repositoryName);
  const digest = wanted.digest ?? (await digestOfTag(core, repository, wanted));
  const found = await manifestOf(core, repository, digest);
  if (!found) throw NotInTrash({ what: `The image ${digest} is neither in ${repositoryName} nor in its trash.` });

  const children: string[] = [];
  for (const { digest: child } of found.manifest.children) await undeleteChild(core, repository, child, children);
  const tags = wanted.tag === undefined ? await freeTags(core, repository, found.tags) : [wanted.tag];
  await putImage(core, { registry, repositoryName, manifest: found.manifest, tags });
  await core.metadata.write((tx) => removeTrashedImage(tx, repository.id, digest));
  return { digest, tags, children };
}

/** Children before the index, and theirs before them; of those that are there, or nowhere, nothing is done. */
async function undeleteChild(core: Core, repository: Repository, digest: string, done: string[]): Promise<void> {
  const isThere = await core.metadata.read((tx) => findImage(tx, repository.id, digest));
  const found = isThere ? undefined : await manifestOf(core, repository, digest);
  if (!found) return;
  for (const child of found.manifest.children) await undeleteChild(core, repository, child.digest, done);
  const { registry, name: repositoryName } = repository;
  await putImage(core, { registry, repositoryName, manifest: found.manifest, tags: [] });
  await core.metadata.write((tx) => removeTrashedImage(tx, repository.id, digest));
  done.push(digest);
}

/** @throws NotInTrash when it is not known, or the tag was not there at that time */
async function digestOfTag(
  { metadata }: Core,
  repository: Repository,
  { tag, at }: { readonly tag: string; readonly at?: Date | undefined },
): Promise<string> {
  const found = await metadata.read(async (tx) => {
    const [latest] = await tagHistoryOf(tx, repository.id, tag, { until: at, limit: 1 });
    if (at) return latest?.to_digest ?? undefined;
    if (latest?.from_digest) return latest.from_digest;
    // The history may be behind by a moment, or have begun after the image was pushed.
    const trashed = await trashedImages(tx, repository.id, 10_000);
    return trashed.find((it) => (JSON.parse(it.tags) as string[]).includes(tag))?.digest;
  });
  if (found !== undefined) return found;
  const when = at ? `at ${at.toISOString()}` : 'before';
  throw NotInTrash({ what: `Nothing is known of where the tag ${tag} of ${repository.name} pointed ${when}.` });
}

/** The manifest of an image that is there, or in the trash. */
async function manifestOf(
  core: Core,
  repository: Repository,
  digest: string,
): Promise<{ readonly manifest: Manifest; readonly tags: readonly string[] } | undefined> {
  if (!isDigest(digest)) return undefined;
  const row = await core.metadata.read(async (tx) => {
    const live = await findImage(tx, repository.id, digest);
    return live ? { ...live, tags: '[]' } : findTrashedImage(tx, repository.id, digest);
  });
  if (!row) return undefined;
  const manifest = parseManifest(await openManifest(core, repository, row), {
    mediaType: row.media_type,
    fidelity: core.rules.fidelity,
    digestAlgorithm: algorithmOf(digest),
  });
  return { manifest, tags: JSON.parse(row.tags) as string[] };
}

function freeTags({ metadata }: Core, repository: Repository, tags: readonly string[]): Promise<string[]> {
  return metadata.read(async (tx) => {
    const free: string[] = [];
    for (const tag of tags) if ((await findTag(tx, repository.id, tag)) === undefined) free.push(tag);
    return free;
  });
}
