import { putLifecyclePolicy } from '../../src/lifecycle/put-policy.ts';
import type { Manifest } from '../../src/registry/parse-manifest.ts';
import { putImage } from '../../src/registry/put-image.ts';
import { imageFactsOf } from '../../src/storage/metadata/images.ts';
import { judgedImages } from '../../src/storage/metadata/judged-images.ts';
import { findRepository } from '../../src/storage/metadata/repositories.ts';
import { tagsOfImages } from '../../src/storage/metadata/tags.ts';
import type { TestBerth } from '../berth.ts';
import { aManifest, anIndex, pushLayer } from '../manifests.ts';

export const DAY = 24 * 60 * 60 * 1000;

type Described = Awaited<ReturnType<typeof pushLayer>>;

/** A repository that is filled without going through the doors. */
export interface Stock {
  readonly repositoryName: string;
  readonly repositoryId: string;
  readonly config: Described;
  /** Pushes an image of its own under these tags. */
  push(note: string, tags?: readonly string[], more?: Partial<Parameters<typeof aManifest>[0]>): Promise<Manifest>;
  pushIndex(children: readonly Manifest[], tags?: readonly string[]): Promise<Manifest>;
  /** Pushes what refers to an image. */
  refer(subject: Manifest, note?: string): Promise<Manifest>;
  put(...rules: readonly object[]): Promise<void>;
  /** Digests that are there, with their status and tags. */
  images(): Promise<Record<string, string>>;
}

export async function stockRepository(berth: TestBerth, repositoryName: string): Promise<Stock> {
  const { world, registry } = berth;
  const { id: repositoryId } = await berth.createRepository(repositoryName);
  const config = await pushLayer(world, registry, repositoryName, Buffer.from('{}'));
  const store = async (manifest: Manifest, tags: readonly string[]) => {
    await putImage(world, { registry, repositoryName, manifest, tags });
    return manifest;
  };
  return {
    repositoryName,
    repositoryId,
    config,
    push: (note, tags = [], more = {}) => store(aManifest({ config, note, ...more }), tags),
    pushIndex: (children, tags = []) => store(anIndex(children), tags),
    refer: (subject, note = 'signature') => {
      const { mediaType, digest, bytes } = subject;
      return store(aManifest({ config, note, subject: { mediaType, digest, size: bytes.length } }), []);
    },
    put: (...rules) => putLifecyclePolicy(world, { registry, repositoryName, text: JSON.stringify({ rules }) }),
    async images() {
      return world.metadata.read(async (tx) => {
        const row = await findRepository(tx, registry, repositoryName);
        const id = row?.id ?? '';
        const digests = (await judgedImages(tx, id, { after: undefined, limit: 10_000 })).map((it) => it.digest);
        const facts = await imageFactsOf(tx, id, digests);
        const tags = await tagsOfImages(tx, id, digests);
        return Object.fromEntries(
          digests.map((it) => [it, [facts.get(it)?.status, ...(tags.get(it) ?? [])].join(' ')]),
        );
      });
    },
  };
}

/** A rule in the words of a policy text. */
export function ruleText(rulePriority: number, selection: object, action: object = { type: 'expire' }): object {
  return { rulePriority, selection, action };
}

export const ARCHIVE = { type: 'transition', targetStorageClass: 'archive' };
export const untaggedAfter = (countNumber: number) => ({
  tagStatus: 'untagged',
  countType: 'sinceImagePushed',
  countUnit: 'days',
  countNumber,
});
export const anyAfter = (countNumber: number) => ({ ...untaggedAfter(countNumber), tagStatus: 'any' });
export const youngest = (countNumber: number) => ({ tagStatus: 'any', countType: 'imageCountMoreThan', countNumber });
