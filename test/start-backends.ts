import type { TestProject } from 'vitest/node';
import { openPostgres } from '../src/storage/metadata/postgres.ts';
import { startCeph } from './servers/ceph.ts';
import { startPostgres } from './servers/postgres.ts';
import './backends.ts';

let stop: () => Promise<void> = async () => undefined;

/** Starts what the tests of a clustered project share. */
export async function setup({ provide }: TestProject): Promise<void> {
  const [postgres, s3] = await Promise.all([startPostgres({ tcp: true, extra: ['max_connections=300'] }), startCeph()]);
  stop = async () => {
    await Promise.all([postgres.stop(), s3.stop()]);
  };
  const { endpoint, region, accessKeyId, secretAccessKey } = s3;
  const [databaseUrl, bucket] = await Promise.all([postgres.createDatabase(), s3.createBucket()]);
  // Each Berth begins with a copy of this one: a copy is quicker than all migrations.
  const migrated = await openPostgres(databaseUrl, { as: 'owner', connections: 2, log: console });
  await migrated.close();
  provide('clustered', { databaseUrl, bucket, endpoint, region, accessKeyId, secretAccessKey });
}

export async function teardown(): Promise<void> {
  await stop();
}
