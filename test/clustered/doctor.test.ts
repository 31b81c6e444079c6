import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OwnBackends, ownBackends } from '../backends.ts';
import { berthProcess } from '../berth-process.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

let dataDir: string;
let backends: OwnBackends;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'berth-doctor-'));
  backends = await ownBackends();
});
afterEach(async () => {
  await rm(dataDir, { recursive: true });
  await backends.remove();
});

async function doctor(
  changed: Record<string, string> = {},
): Promise<{ check: string; state: string; detail: string }[]> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: dataDir, ...backends.environment, ...changed };
  const args = [MAIN, 'doctor', '--data-dir', dataDir, '--port', '0', '--output', 'json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env }).catch(
    (error: { stdout: string }) => error,
  );
  return JSON.parse(stdout);
}

test('the doctor tries what is relied on of PostgreSQL and S3, and says what is not safe', async () => {
  const berth = await berthProcess({ dataDir, environment: backends.environment });
  const findings = await doctor().finally(berth.stop);

  const about = (check: string) => findings.filter((it) => it.check === check);
  for (const what of ['writing and reading', 'ranges', 'listing', 'multipart uploads', 'removal', 'missing objects']) {
    expect(about(`S3: ${what}`), what).toMatchObject([{ state: 'good' }]);
  }
  expect(about('layers')).toMatchObject([{ state: 'good' }]);
  // The servers of the tests forget on purpose.
  expect(about('database').map((it) => it.detail)).toEqual([
    'can be read and written',
    'fsync is off: a power cut can destroy the whole database.',
  ]);
});

test('before the first start the doctor tries S3 all the same, and changes nothing', async () => {
  const findings = await doctor();

  expect(findings.filter((it) => it.state === 'wrong')).toEqual([]);
  expect(findings).toContainEqual(
    expect.objectContaining({ check: 'database', detail: 'can be reached; the first start makes its tables' }),
  );
  expect(findings.filter((it) => it.check.startsWith('S3: ')).length).toBeGreaterThan(5);

  const withAnotherKey = { ...backends.environment, BERTH_ROOT_KEY: Buffer.alloc(32, 1).toString('base64') };
  const berth = await berthProcess({ dataDir, environment: withAnotherKey });
  await berth.stop();
});

test('the doctor says what is wrong with a bucket that is not there', async () => {
  const findings = await doctor({ BERTH_STORAGE: 's3://no-such-bucket' });

  expect(findings).toContainEqual(expect.objectContaining({ check: 'S3: writing and reading', state: 'wrong' }));
  expect(JSON.stringify(findings)).toContain('look at s3://no-such-bucket/');
});
