import { join } from 'node:path';
import type { Metadata } from '../../src/storage/metadata/port.ts';
import { openPostgres } from '../../src/storage/metadata/postgres.ts';
import { openSqlite } from '../../src/storage/metadata/sqlite.ts';
import { hasPostgres, startPostgres } from '../../test/servers/postgres.ts';
import { type Figure, told } from '../figure.ts';
import { measureCollection, measureReads } from '../large-metadata/measure.ts';
import { postgresWeights, seedPostgres } from '../large-metadata/seed-postgres.ts';
import { seedSqlite, sqliteWeights } from '../large-metadata/seed-sqlite.ts';
import { LAYERS_OF_IMAGE, type Shape, shapeOf } from '../large-metadata/shape.ts';
import type { Weight } from '../large-metadata/weight.ts';
import { stolenTime } from '../stolen-time.ts';
import type { Case } from './case.ts';

const QUIET = { warn: () => undefined };
/** As one gives a database of this size; with what the kernel keeps of its files, all of it is in memory. */
const GENEROUS = ['shared_buffers=1GB', 'max_wal_size=8GB', 'max_wal_senders=0', 'wal_level=minimal'];

/** Reads, pages and batches of collections in a registry of many images, on both databases. */
export const largeMetadata: Case = {
  name: 'large-metadata',
  async run({ dir, isQuick, isFull }) {
    const shape = shapeOf(isQuick ? 20_000 : isFull ? 1_000_000 : 100_000);
    const figures = await onSqlite(join(dir, 'berth.sqlite'), shape, isQuick);
    if (hasPostgres()) return [...figures, ...(await onPostgres(shape, isQuick))];
    process.stderr.write('left out on PostgreSQL: it is not on this machine ... ');
    return figures;
  },
};

async function onSqlite(path: string, shape: Shape, isQuick: boolean): Promise<Figure[]> {
  await (await openSqlite(path)).close();
  const seeded = secondsSince();
  seedSqlite(path, shape);
  const filling = seeded();
  return measure(await openSqlite(path), { where: 'SQLite', shape, isQuick, filling, weights: sqliteWeights(path) });
}

async function onPostgres(shape: Shape, isQuick: boolean): Promise<Figure[]> {
  const server = await startPostgres({ fsync: true, extra: GENEROUS });
  try {
    const url = await server.createDatabase();
    const metadata = await openPostgres(url, { as: 'owner', connections: 4, log: QUIET });
    const seeded = secondsSince();
    await seedPostgres(url, shape);
    const filling = seeded();
    const weights = await postgresWeights(url);
    return await measure(metadata, { where: 'PostgreSQL', shape, isQuick, filling, weights });
  } finally {
    await server.stop();
  }
}

interface Filled {
  readonly where: string;
  readonly shape: Shape;
  readonly isQuick: boolean;
  readonly filling: number;
  readonly weights: readonly Weight[];
}

/** Closes `metadata` at the end. */
async function measure(metadata: Metadata, { where, shape, isQuick, filling, weights }: Filled): Promise<Figure[]> {
  try {
    const before = await stolenTime();
    const calls = isQuick ? { rounds: 1, calls: 50 } : { rounds: 5, calls: 400 };
    const reads = await measureReads(metadata, shape, where, calls);
    const collection = await measureCollection(metadata, where);
    const links = shape.images * LAYERS_OF_IMAGE;
    return [
      told(`filling in ${shape.images} images and ${links} layer links, ${where}`, 's', [filling]),
      ...reads,
      ...collection,
      ...weights.map(({ table, bytes, rows }) =>
        told(`a row of ${table} with its indexes, ${where}`, 'bytes', [bytes / rows]),
      ),
      told(`all of them for each image, ${where}`, 'bytes', [
        weights.reduce((sum, it) => sum + it.bytes, 0) / shape.images,
      ]),
      told(`large-metadata, ${where}: time that the host took away`, 'ms', [(await stolenTime()) - before]),
    ];
  } finally {
    await metadata.close();
  }
}

function secondsSince(): () => number {
  const startedAt = performance.now();
  return () => (performance.now() - startedAt) / 1000;
}
