import type { RegistryId } from '../../src/values/registry-id.ts';

export const REGISTRY: RegistryId = { account: '123456789012', region: 'us-east-1' };

export const LAYERS_OF_IMAGE = 10;
/** An image brings three layers and finds the others. */
export const NEW_LAYERS = 3;
/** Layers in the large repository that no image needs, and whose lease has run out. */
export const EXPIRED = 4_000;
/** One image in so many refers to another, one that up to so many refer to. */
export const REFERRER_EVERY = 10;
export const REFERRERS_OF_ONE = 150;

/** Every repository; their images are numbered from 0 each. */
export interface Shape {
  readonly repositories: readonly SeededRepository[];
  readonly images: number;
}

export interface SeededRepository {
  readonly id: string;
  readonly name: string;
  readonly images: number;
  /** How many images the ones before it have. */
  readonly before: number;
}

/** A thousand repositories: the first has a tenth of all images, the others share the rest. */
export function shapeOf(images: number): Shape {
  const repositories: SeededRepository[] = [];
  const count = 1_000;
  const large = Math.round(images / 10);
  for (let i = 0, before = 0; i < count; i++) {
    const own = i === 0 ? large : Math.floor(((images - large) * i) / (count - 1)) - (before - large);
    repositories.push({ id: crypto.randomUUID(), name: `team/app-${i}`, images: own, before });
    before += own;
  }
  return { repositories, images };
}

/** In byte order as the images are. */
export function tagOf(image: number): string {
  return `build-${String(image).padStart(7, '0')}`;
}

/** Of a row `n` of numbered layers: those whose lease has run out are below 0. */
export const NUMBER_OF_LAYER = `n + ${EXPIRED + 1}`;

/** What is filled in of each table; the rest is as migrations have it for rows from before. */
export const INTO = {
  objects: 'objects (object_key, account, region, digest, size, state, created_at)',
  layers: 'layers (repository_id, digest, object_key, size, media_type, leased_until, created_at, number)',
  images:
    'images (repository_id, digest, media_type, artifact_type, manifest_size, image_size, subject_digest, annotations, pushed_at, manifest, number)',
  image_layers: 'image_layers (image_number, layer_number)',
  tags: 'tags (repository_id, tag, digest, updated_at)',
} as const;
