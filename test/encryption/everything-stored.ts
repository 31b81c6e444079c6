import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Client } from 'pg';
import type { TestBerth } from '../berth.ts';

/** Files that are secret by what they are for, and lie beside the data for who owns the machine. */
const SECRETS_OF_THE_OPERATOR = ['root.key', 'credentials'];

export interface Kept {
  readonly where: string;
  readonly bytes: Buffer;
}

/** All that a Berth has written anywhere, as whoever steals the disks, the bucket and the database finds it. */
export async function everythingStored(berth: TestBerth): Promise<readonly Kept[]> {
  return [...(await filesOf(berth.settings.dataDir)), ...(await objectsOf(berth)), ...(await rowsOf(berth))];
}

/** Where `canary` is found, as it is or as text that stands for it. */
export function whereIs(canary: string | Buffer, kept: readonly Kept[]): string[] {
  const bytes = Buffer.from(canary);
  const forms = [bytes, Buffer.from(bytes.toString('hex')), ...base64Of(bytes)];
  return kept.filter((it) => forms.some((form) => it.bytes.includes(form))).map((it) => it.where);
}

/** What Base64 of something longer says where it holds `bytes`, at each of three places. */
function base64Of(bytes: Buffer): Buffer[] {
  return [0, 1, 2].map((by) => {
    const text = Buffer.concat([Buffer.alloc(by), bytes]).toString('base64');
    return Buffer.from(text.slice(by === 0 ? 0 : 4, text.length - 4));
  });
}

async function filesOf(folder: string): Promise<Kept[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((it) => it.isFile() && !SECRETS_OF_THE_OPERATOR.includes(it.name));
  return Promise.all(
    files.map(async (it) => ({ where: it.name, bytes: await readFile(join(it.parentPath, it.name)) })),
  );
}

async function objectsOf({ world, settings }: TestBerth): Promise<Kept[]> {
  if (settings.storage === undefined) return [];
  const kept: Kept[] = [];
  for await (const { key } of world.blobs.list()) {
    const bytes = await world.blobs.read(key);
    if (bytes) kept.push({ where: `object ${key}`, bytes: await buffer(bytes) });
  }
  return kept;
}

async function rowsOf({ settings: { database } }: TestBerth): Promise<Kept[]> {
  if (database === undefined) return [];
  const client = new Client({ connectionString: database });
  await client.connect();
  try {
    const tables = await client.query("select tablename as name from pg_tables where schemaname = 'public'");
    const kept: Kept[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query({ text: `select * from "${name}"`, rowMode: 'array' });
      for (const row of rows as unknown[][]) {
        const cells = row.map((it) => (Buffer.isBuffer(it) ? it : Buffer.from(String(it))));
        kept.push({ where: `table ${name}`, bytes: Buffer.concat(cells) });
      }
    }
    return kept;
  } finally {
    await client.end();
  }
}
