import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { berth as command } from '../../test/backup/command.ts';
import { type BerthProcess, berthProcess } from '../../test/berth-process.ts';
import { clientOf } from '../../test/conformance/http-client.ts';
import { aBlob, pushBlob, pushImage } from '../../test/conformance/registry-under-test.ts';

const PULLS = 20;

let folder: string;
let berth: BerthProcess;
let month: string;
/** The bill of one who pushed an image, pulled its layer, and was killed. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-billing-'));
  berth = await berthProcess({ dataDir: folder });
  month = new Date().toISOString().slice(0, 7);
  const { accessKeyId, secretAccessKey, url } = berth;
  const ecr = new ECRClient({ endpoint: url, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app', tags: [{ Key: 'team', Value: 'web' }] }));
  const { authorizationData = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const client = clientOf(url, `Basic ${authorizationData[0]?.authorizationToken}`);
  const layer = await pushBlob(client, 'app', aBlob(10_000));
  await pushImage(client, 'app', { layers: [layer] });
  for (let i = 0; i < PULLS; i++) await client.send('GET', `/v2/app/blobs/${layer.digest}`);
  await berth.kill('SIGKILL');
  berth = await berthProcess({ dataDir: folder });
});
afterAll(async () => {
  await berth.stop();
  await rm(folder, { recursive: true, force: true });
});

/** `berth billing ...` beside the server. */
const billing = (...args: string[]) => command(['billing', ...args, '--data-dir', folder]);

test('the bill by repository has all that was done before the server was killed', async () => {
  const { status, out, err } = await billing('--month', month, '--by', 'repository', '--output', 'json');
  expect({ status, err }).toEqual({ status: 0, err: '' });
  const { lines, total } = JSON.parse(out) as { lines: Record<string, string>[]; total: Record<string, string> };
  const whose = { account: '123456789012', region: 'us-east-1', repository: 'app', currency: 'USD', cost: '0' };
  const bytes = (PULLS * 10_000) / 2 ** 30;
  expect(lines).toContainEqual({
    ...whose,
    usage: 'USE1-DataTransfer-Regional-Bytes',
    quantity: bytes.toFixed(10).replace(/0+$/, ''),
    unit: 'GB',
  });
  expect(lines.map((it) => it['usage'])).toContain('USE1-TimedStorage-ByteHrs');
  expect(total).toEqual({ amount: '0', currency: 'USD' });
});

test('a table has a line for each usage type, and the sum', async () => {
  const { out } = await billing();
  expect(out).toMatch(/^ACCOUNT +USAGE +QUANTITY +UNIT +COST +CURRENCY\n/);
  expect(out).toMatch(/123456789012 +USE1-Requests +[0-9]+ +Requests +0 +USD\n/);
  expect(out).toMatch(/Total 0 USD\n$/);
});

test('a report has the columns of its manifest, and a line for each operation', async () => {
  const { status, err } = await billing('cur', '--month', month, '--output', join(folder, 'cur'));
  expect(status).toBe(0);
  const path = err.replace('Wrote ', '').trim();
  const manifest = JSON.parse(await readFile(path, 'utf8')) as {
    columns: { category: string; name: string }[];
    reportKeys: [string];
  };
  const report = gunzipSync(await readFile(join(folder, 'cur', manifest.reportKeys[0]))).toString('utf8');
  const [heading, ...lines] = report.trimEnd().split('\n');
  expect(heading).toBe(manifest.columns.map((it) => `${it.category}/${it.name}`).join(','));
  expect(heading).toMatch(/resourceTags\/user:team$/);
  const pulls = lines.find((it) => it.includes('GetDownloadUrlForLayer') && it.includes('USE1-Requests'));
  expect(pulls).toMatch(/,arn:aws:ecr:us-east-1:123456789012:repository\/app,(?:19|20),USD,0,0,/);
  expect(pulls).toMatch(/,web$/);
});

test('a month that has not begun is refused, and says why', async () => {
  expect(await billing('--month', '2999-01')).toMatchObject({ status: 1, err: expect.stringContaining('not begun') });
});

test('a recount beside the server has nothing to mend', async () => {
  expect(await billing('recount')).toMatchObject({ status: 0, err: expect.stringContaining('about 0 repositories') });
});
