import { randomBytes } from 'node:crypto';
import { findClient } from '../../test/clients/client.ts';
import { type S3Server, startCeph } from '../../test/servers/ceph.ts';
import { hasPostgres, startPostgres } from '../../test/servers/postgres.ts';

/** Ceph has all of it in memory; nothing that a case pushes is removed before its end. */
const CAPACITY_GIB = 12;
const PROGRAMS = ['ceph-mon', 'ceph-osd', 'radosgw', 'haproxy'];

/** One PostgreSQL and one S3. */
export interface SharedStorage {
  readonly s3: S3Server;
  /** The settings of every node of one new installation, as variables. */
  newInstallation(): Promise<Readonly<Record<string, string>>>;
  stop(): Promise<void>;
}

/** The programs that are not on this machine, of those that several nodes need. */
export function missingForNodes(): string[] {
  const missing = PROGRAMS.filter((it) => findClient(it, 'old') === undefined);
  return hasPostgres() ? missing : [...missing, 'postgresql'];
}

/** PostgreSQL syncs what it commits, as it does for everybody; Ceph has one copy, in memory. */
export async function startSharedStorage(): Promise<SharedStorage> {
  const opened = new AsyncDisposableStack();
  try {
    const postgres = await startPostgres({ fsync: true, tcp: true });
    opened.defer(() => postgres.stop());
    const s3 = await startCeph({ capacityInGib: CAPACITY_GIB });
    opened.defer(() => s3.stop());
    return {
      s3,
      async newInstallation() {
        return {
          BERTH_DATABASE: await postgres.createDatabase(),
          BERTH_STORAGE: `s3://${await s3.createBucket()}`,
          BERTH_S3_ENDPOINT: s3.endpoint,
          BERTH_S3_REGION: s3.region,
          BERTH_S3_ACCESS_KEY_ID: s3.accessKeyId,
          BERTH_S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
          BERTH_ROOT_KEY: randomBytes(32).toString('base64'),
        };
      },
      stop: () => opened.disposeAsync(),
    };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}
