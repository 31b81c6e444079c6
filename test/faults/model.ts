/** What a registry must be like, kept as simply as can be: no objects, no rows, only what was promised to whom. */
export interface Model {
  now: number;
  readonly repositories: Map<string, ModelRepository>;
  /** How long what is deleted can be had back. */
  readonly trashMs: number;
  /** Deleted repositories, the latest last. */
  trashed: { readonly name: string; readonly repository: ModelRepository; readonly purgeAt: number }[];
  /** Uploads that were begun, by id. */
  readonly uploads: Map<string, { readonly repositoryName: string; expiresAt: number }>;
}

export interface ModelRepository {
  /** Layers by their number, with the end of their lease. */
  readonly layers: Map<number, number>;
  /** Numbers of the images that are there. */
  readonly images: Set<number>;
  /** Numbers of the images that can be had back, with the end of that. */
  readonly trash: Map<number, number>;
}

export const DAY = 24 * 3_600_000;

/** Which layers each image needs. */
export const IMAGES: readonly (readonly number[])[] = [[0], [0, 1], [1, 2], [2]];

export function aRepository(): ModelRepository {
  return { layers: new Map(), images: new Set(), trash: new Map() };
}

/** Lets the lease of the layer run until then, if it would end sooner. */
export function lease({ layers }: ModelRepository, layer: number, until: number): void {
  layers.set(layer, Math.max(until, layers.get(layer) ?? 0));
}

export function needs(repository: ModelRepository, layer: number): boolean {
  return [...repository.images].some((image) => IMAGES[image]?.includes(layer));
}

/** What a collection may take: no more, and no less. */
export function collectModel(model: Model): void {
  model.trashed = model.trashed.filter((it) => it.purgeAt > model.now);
  const hidden = model.trashed.map((it) => it.repository);
  for (const repository of [...model.repositories.values(), ...hidden]) {
    for (const [image, purgeAt] of repository.trash) if (purgeAt <= model.now) repository.trash.delete(image);
    for (const [layer, leasedUntil] of repository.layers) {
      if (leasedUntil < model.now && !needs(repository, layer)) repository.layers.delete(layer);
    }
  }
  for (const [id, { expiresAt }] of model.uploads) if (expiresAt < model.now) model.uploads.delete(id);
}
