import type { Kysely } from 'kysely';

/**
 * Digests are random, so that each entry of an index by digest is written to a page of its own. Nobody but `explain`
 * asked where in the installation a digest is an image, and it can look into each repository; and the images that need a
 * layer need not be sorted: those of a base layer that all share lie in the order in which they were pushed.
 */
export async function leanIndexes(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('images_by_digest').execute();
  await db.schema.dropIndex('image_layers_by_layer').execute();
  await db.schema
    .createIndex('image_layers_by_layer')
    .on('image_layers')
    .columns(['repository_id', 'layer_digest'])
    .execute();
}
