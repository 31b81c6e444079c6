/** What a registry must be like, kept as simply as can be: no objects, no rows, only what was promised to whom. */
export interface Model {
  now: number;
  readonly repositories: Map<string, ModelRepository>;
  /** Uploads that were begun, by id. */
  readonly uploads: Map<string, { readonly repositoryName: string; expiresAt: number }>;
}

export interface ModelRepository {
  /** Layers by their number, with the end of their lease. */
  readonly layers: Map<number, number>;
  /** Numbers of the images that are there. */
  readonly images: Set<number>;
}

export const DAY = 24 * 3_600_000;

/** Which layers each image needs. */
export const IMAGES: readonly (readonly number[])[] = [[0], [0, 1], [1, 2], [2]];

export function needs(repository: ModelRepository, layer: number): boolean {
  return [...repository.images].some((image) => IMAGES[image]?.includes(layer));
}

/** What a collection may take: no more, and no less. */
export function collectModel(model: Model): void {
  for (const repository of model.repositories.values()) {
    for (const [layer, leasedUntil] of repository.layers) {
      if (leasedUntil < model.now && !needs(repository, layer)) repository.layers.delete(layer);
    }
  }
  for (const [id, { expiresAt }] of model.uploads) if (expiresAt < model.now) model.uploads.delete(id);
}
