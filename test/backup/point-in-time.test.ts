// docs/backup.md, "PostgreSQL": what it says is done here, by PostgreSQL's own tools.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, expect, test, vi } from 'vitest';
import { collect } from '../../src/housekeeping/collect.ts';
import { fsck } from '../../src/housekeeping/fsck.ts';
import { deleteImages } from '../../src/registry/delete-images.ts';
import { getImage } from '../../src/registry/get-image.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { type S3Server, startCeph, withCeph } from '../servers/ceph.ts';
import { type PostgresServer, startPostgres, withPostgres } from '../servers/postgres.ts';
import { giveToPostgres, postgresFolder, postgresProcess, runPostgresProgram } from '../servers/postgres-process.ts';
import { expectWhole, pushImage } from './images.ts';

const DAY = 24 * 3_600_000;
const WITHIN = { timeout: 30_000, interval: 50 };

vi.setConfig({ hookTimeout: 60_000 });

withPostgres('a point in time of PostgreSQL', () =>
  withCeph('with layers in S3', () => {
    const cleanups: (() => Promise<unknown>)[] = [];
    afterEach(async () => {
      for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
    });

    /** A Berth whose database archives its log into the folder `archive`. */
    async function startArchiving(archive: string): Promise<{ postgres: PostgresServer; berth: TestBerth }> {
      const command = `archive_command=test ! -f ${archive}/%f && cp %p ${archive}/%f`;
      const postgres = await startPostgres({ tcp: true, extra: ['archive_mode=on', command] });
      cleanups.push(() => postgres.stop());
      const s3: S3Server = await startCeph();
      cleanups.push(() => s3.stop());
      const berth = await startBerth({
        settings: {
          database: await postgres.createDatabase(),
          storage: { bucket: await s3.createBucket(), prefix: '' },
          s3Endpoint: s3.endpoint,
          s3Region: s3.region,
          s3AccessKeyId: s3.accessKeyId,
          s3SecretAccessKey: s3.secretAccessKey,
          removalDelay: 48,
        },
      });
      cleanups.push(() => berth.stop());
      return { postgres, berth };
    }

    async function folderOfPostgres(): Promise<string> {
      const folder = await postgresFolder();
      cleanups.push(() => rm(folder, { recursive: true, force: true }));
      return folder;
    }

    /** The archive has everything that was committed before this call when it resolves. */
    async function archiveAll({ query }: PostgresServer): Promise<void> {
      const [row] = await query('select pg_walfile_name(pg_switch_wal()) as file');
      await vi.waitFor(async () => {
        const [archiver] = await query('select last_archived_wal as file from pg_stat_archiver');
        expect(String(archiver?.['file']) >= String(row?.['file'])).toBe(true);
      }, WITHIN);
    }

    /** Restores the base backup in `folder/data` to the time; answers the URL of the database by this name. */
    async function recover(folder: string, archive: string, time: string, name: string): Promise<string> {
      const signal = join(folder, 'data', 'recovery.signal');
      await writeFile(signal, '');
      await giveToPostgres(signal);
      const server = await postgresProcess(folder, [
        'fsync=off',
        `restore_command=cp ${archive}/%f "%p"`,
        `recovery_target_time=${time}`,
        'recovery_target_action=promote',
      ]);
      cleanups.push(() => server.kill());
      await server.start();
      const url = `postgres://berth@127.0.0.1:${server.port}/${name}?sslmode=disable`;
      await vi.waitFor(async () => {
        const client = new Client({ host: folder, port: server.port, user: 'berth', database: name });
        await client.connect();
        const { rows } = await client.query('select pg_is_in_recovery() as recovering').finally(() => client.end());
        expect(rows[0]?.recovering).toBe(false);
      }, WITHIN);
      return url;
    }

    test('has every image of then, also those that were deleted and collected since', { timeout: 90_000 }, async () => {
      const [archive, base] = [await folderOfPostgres(), await folderOfPostgres()];
      const { postgres, berth } = await startArchiving(archive);
      const image = { registry: berth.registry, repositoryName: 'app' };
      await berth.createRepository('app');
      const before = await pushImage(berth.world, { ...image, tag: 'before' });
      const from = ['-h', postgres.folder, '-p', `${postgres.port}`, '-U', 'berth'];
      await runPostgresProgram(
        base,
        'pg_basebackup',
        ...from,
        '-D',
        join(base, 'data'),
        '-X',
        'fetch',
        '-c',
        'fast',
        '-N',
      );
      const after = await pushImage(berth.world, { ...image, tag: 'after' });
      const [then] = await postgres.query('select clock_timestamp()::text as time');
      await pushImage(berth.world, { ...image, tag: 'later' });
      await deleteImages(berth.world, berth.registry, 'app', [{ imageTag: 'before' }, { imageTag: 'after' }]);
      berth.pass(DAY + 1);
      expect(await collect(berth.world)).toMatchObject({ objectsCondemned: 4, objectsRemoved: 0 });
      await archiveAll(postgres);

      const name = new URL(berth.settings.database ?? '').pathname.slice(1);
      await berth.restart({ database: await recover(base, archive, String(then?.['time']), name) });

      for (const it of [before, after]) await expectWhole(berth.world, it);
      await expect(getImage(berth.world, { ...image, reference: { tag: 'later' } })).rejects.toThrow('later');
      // What was pushed since then has bytes and no rows: a repair gives it to a collection.
      const { findings } = await fsck(berth.world, { repair: true });
      expect(new Set(findings.map((it) => it.kind))).toEqual(new Set(['bytes-unknown']));
      expect(await fsck(berth.world, { repair: false })).toMatchObject({ isClean: true });
      for (const it of [before, after]) await expectWhole(berth.world, it);
    });
  }),
);
