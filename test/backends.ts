import { Pool } from 'pg';
import { inject } from 'vitest';
import type { Settings } from '../src/settings/table.ts';

/** A PostgreSQL and an S3 that a whole test project shares; plain data, since it crosses processes. */
interface ClusteredBackends {
  /** Of the database that others are made from: it has the tables, and nobody is connected to it. */
  readonly databaseUrl: string;
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly bucket: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    clustered?: ClusteredBackends;
  }
}

/** A database and a prefix of one Berth's own. */
export interface OwnBackends {
  /** Empty where a Berth keeps everything in its folder. */
  readonly settings: Partial<Settings>;
  /** The same as variables of a process. */
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** What a Berth of a test is to keep its data in: its folder, or in a clustered project PostgreSQL and S3. */
export async function ownBackends(): Promise<OwnBackends> {
  const shared = inject('clustered');
  if (shared === undefined) return { settings: {}, environment: {}, remove: async () => undefined };

  const name = `t${crypto.randomUUID().replaceAll('-', '')}`;
  const { bucket, endpoint, region, accessKeyId, secretAccessKey } = shared;
  const administrator = administratorOf(shared);
  // Copying files takes a quarter of what writing each page to the log does.
  const template = databaseOf(shared.databaseUrl);
  await administrator.query(`create database ${name} template ${template} strategy file_copy`);
  const database = withDatabase(shared.databaseUrl, name);
  return {
    settings: {
      database,
      databaseConnections: 5,
      storage: { bucket, prefix: `${name}/` },
      s3Endpoint: endpoint,
      s3Region: region,
      s3AccessKeyId: accessKeyId,
      s3SecretAccessKey: secretAccessKey,
    },
    environment: {
      BERTH_DATABASE: database,
      BERTH_STORAGE: `s3://${bucket}/${name}`,
      BERTH_S3_ENDPOINT: endpoint,
      BERTH_S3_REGION: region,
      BERTH_S3_ACCESS_KEY_ID: accessKeyId,
      BERTH_S3_SECRET_ACCESS_KEY: secretAccessKey,
    },
    // What is in the bucket goes with the store, at the end of the project.
    remove: async () => void (await administrator.query(`drop database ${name} with (force)`)),
  };
}

let administrator: Pool | undefined;

/** A connection that all tests of a worker share, and that does not keep it from ending. */
function administratorOf({ databaseUrl }: ClusteredBackends): Pool {
  if (administrator) return administrator;
  const connectionString = withDatabase(databaseUrl, 'postgres');
  administrator = new Pool({ connectionString, max: 1, idleTimeoutMillis: 0, allowExitOnIdle: true });
  // At the end of the project the server may go before the worker does.
  administrator.on('error', () => undefined);
  return administrator;
}

function databaseOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

function withDatabase(url: string, name: string): string {
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}
