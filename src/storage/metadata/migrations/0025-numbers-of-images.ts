import { type Kysely, sql } from 'kysely';

/**
 * What images need is noted by numbers. By digests, which are random, each row was written to a page of its own, in the
 * table as in its indexes, and took five hundred bytes; by numbers it takes twenty, beside those of the images that were
 * pushed before and after.
 */
export async function numberImagesOnSqlite(db: Kysely<unknown>): Promise<void> {
  for (const table of ['images', 'layers']) {
    await sql`alter table ${sql.table(table)} add column number integer`.execute(db);
    await sql`update ${sql.table(table)} set number = rowid`.execute(db);
    await sql`create unique index ${sql.table(`${table}_by_number`)} on ${sql.table(table)} (number)`.execute(db);
    await sql`create view ${sql.table(`next_of_${table}`)} as
      select coalesce(max(number), 0) + 1 as number from ${sql.table(table)}`.execute(db);
  }
  await sql`alter table image_layers rename to image_layers_before`.execute(db);
  await sql`
    create table image_layers (
      image_number integer not null references images (number) on delete cascade,
      layer_number integer not null references layers (number),
      primary key (image_number, layer_number)
    ) without rowid`.execute(db);
  await moveReferences(db);
  await sql`create index image_layers_by_layer on image_layers (layer_number, image_number)`.execute(db);

  for (const [table, index, figures] of [
    ['images', 'images_by_number', '1000000 1'],
    ['layers', 'layers_by_number', '1000000 1'],
    // The key of a table that has no rows but those of its key.
    ['image_layers', 'image_layers', '1000000 10 1'],
    ['image_layers', 'image_layers_by_layer', '1000000 10 1'],
  ]) {
    await sql`insert into sqlite_stat1 (tbl, idx, stat) values (${table}, ${index}, ${figures})`.execute(db);
  }
  await sql`analyze sqlite_schema`.execute(db);
}

/** The same: here numbers are drawn, so that no two pushes wait for each other. */
export async function numberImagesOnPostgres(db: Kysely<unknown>): Promise<void> {
  for (const table of ['images', 'layers']) {
    const numbers = sql.raw(`numbers_of_${table}`);
    await sql`create sequence ${numbers}`.execute(db);
    await sql`alter table ${sql.table(table)} add column number bigint not null default nextval('${numbers}')`.execute(
      db,
    );
    await sql`alter table ${sql.table(table)} alter column number drop default`.execute(db);
    await sql`create unique index ${sql.table(`${table}_by_number`)} on ${sql.table(table)} (number)`.execute(db);
    await sql`create view ${sql.table(`next_of_${table}`)} as select nextval('${numbers}') as number`.execute(db);
  }
  await sql`alter table image_layers rename to image_layers_before`.execute(db);
  await sql`drop index image_layers_by_layer`.execute(db);
  await sql`
    create table image_layers (
      image_number bigint not null constraint image_layers_of_image references images (number) on delete cascade,
      layer_number bigint not null constraint image_layers_of_layer references layers (number),
      constraint image_layers_key primary key (image_number, layer_number)
    )`.execute(db);
  await moveReferences(db);
  await sql`create index image_layers_by_layer on image_layers (layer_number, image_number)`.execute(db);
}

async function moveReferences(db: Kysely<unknown>): Promise<void> {
  await sql`
    insert into image_layers (image_number, layer_number)
    select images.number, layers.number from image_layers_before as before
    join images on images.repository_id = before.repository_id and images.digest = before.image_digest
    join layers on layers.repository_id = before.repository_id and layers.digest = before.layer_digest
    order by images.number, layers.number`.execute(db);
  await sql`drop table image_layers_before`.execute(db);
}
