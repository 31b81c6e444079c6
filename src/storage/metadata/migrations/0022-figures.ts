import { type Kysely, sql } from 'kysely';

/** Rows in all, and for each value of the first column, of the first two, and so on; see "The sqlite_stat1 table". */
const FIGURES: readonly (readonly [table: string, index: string, figures: string])[] = [
  ['images', 'sqlite_autoindex_images_1', '1000000 10000 1'],
  ['images', 'images_by_push', '1000000 10000 2 1'],
  ['tags', 'sqlite_autoindex_tags_1', '1000000 10000 1'],
  ['tags', 'tags_by_image', '1000000 10000 2 1'],
  ['layers', 'sqlite_autoindex_layers_1', '1000000 10000 1'],
  ['layers', 'layers_by_object', '1000000 10'],
  ['layers', 'layers_by_lease', '1000000 1000'],
  ['image_layers', 'sqlite_autoindex_image_layers_1', '1000000 10000 10 1'],
  ['image_layers', 'image_layers_by_layer', '1000000 10000 10'],
];

/**
 * What SQLite should take for granted of the tables that grow: that a repository has many rows in each. Without figures
 * it takes ten for many, and reads a whole repository where it could find a row. Typical ones, not those of this
 * installation: so that a query is always answered in the way in which it was tested. SQLite forgets those of an index that
 * is dropped, and some figures are worse than none: who drops one and makes it anew tells them again.
 */
export async function tellFigures(db: Kysely<unknown>): Promise<void> {
  // Makes their table, and has this connection take in what is in it.
  await sql`analyze sqlite_schema`.execute(db);
  for (const [table, index, figures] of FIGURES) {
    await sql`insert into sqlite_stat1 (tbl, idx, stat) values (${table}, ${index}, ${figures})`.execute(db);
  }
  await sql`analyze sqlite_schema`.execute(db);
}
