import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Manifest } from '../src/registry/parse-manifest.ts';
import { berth as command } from './backup/command.ts';
import { startBerth, type TestBerth } from './berth.ts';
import { ruleText, type Stock, stockRepository, untaggedAfter, youngest } from './lifecycle/stock.ts';
import { pushLayer } from './manifests.ts';

let berth: TestBerth;
let stock: Stock;
let folder: string;
let images: { old: Manifest; child: Manifest; index: Manifest; release: Manifest };
const OWN = Buffer.alloc(5_000, 'own');
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-lifecycle-'));
  berth = await startBerth();
  stock = await stockRepository(berth, 'app');
  const shared = await pushLayer(berth.world, berth.registry, 'app', Buffer.alloc(70_000, 'shared'));
  const own = await pushLayer(berth.world, berth.registry, 'app', OWN);
  const old = await stock.push('old', ['build-1', 'nightly'], { layers: [shared, own] });
  berth.pass(1_000);
  const child = await stock.push('child', [], { layers: [shared] });
  const index = await stock.pushIndex([child], ['latest']);
  berth.pass(60_000);
  const release = await stock.push('release', ['v1']);
  images = { old, child, index, release };
});
afterAll(async () => {
  await berth.stop();
  await rm(folder, { recursive: true });
});

const lifecycle = (subcommand: string, ...args: string[]) =>
  command(['lifecycle', subcommand, '--data-dir', berth.settings.dataDir, ...args]);

test('a policy is simulated at a time to come, with what it frees really and what that costs', async () => {
  const policy = join(folder, 'policy.json');
  const builds = { ...untaggedAfter(14), tagStatus: 'tagged', tagPrefixList: ['build'] };
  await writeFile(policy, JSON.stringify({ rules: [ruleText(1, builds), ruleText(2, untaggedAfter(14))] }));
  const at = new Date(berth.world.clock.now().getTime() + 30 * 24 * 60 * 60 * 1000).toISOString();

  const { status, out } = await lifecycle('simulate', 'app', '--policy', policy, '--at', at, '--output', 'json');
  expect(status).toBe(0);
  const freedBytes = OWN.length + images.old.bytes.length;
  const simulated = JSON.parse(out);
  expect(simulated).toMatchObject({
    at,
    images: 4,
    expiring: 1,
    transitioning: 0,
    freedBytes,
    freedPerMonth: { currency: 'USD' },
    actions: [
      { digest: images.old.digest, action: 'expire', rule: 1, tags: ['build-1', 'nightly'], otherTags: ['nightly'] },
    ],
  });
  expect(Number(simulated.freedPerMonth.amount)).toBeCloseTo((0.1 * freedBytes) / 2 ** 30, 9);

  const table = await lifecycle('simulate', 'app', '--policy', policy, '--at', at);
  expect(table.out).toMatch(/^DIGEST +TAGS +PUSHED +ACTION +RULE +WHY\nsha256:/);
  expect(table.out).toContain('not named by the rule: nightly');
  expect(table.out).toMatch(new RegExp(`^bytes freed +${freedBytes}$`, 'm'));
  expect(Object.keys(await stock.images())).toHaveLength(4);
});

test('it says why an image is kept or goes, and later why it went', async () => {
  await stock.put(ruleText(1, untaggedAfter(1)), ruleText(2, youngest(3)));
  const kept = await lifecycle('explain', images.release.digest);
  expect(kept.out).toBe(
    '123456789012/us-east-1/app: it is kept (v1): rule 2 keeps the 3 youngest and this is number 1\n',
  );
  expect((await lifecycle('explain', images.child.digest)).out).toContain('it is kept: rule 1 ');

  await berth.settle();
  const journal = JSON.parse((await lifecycle('journal', 'app', '--output', 'json')).out);
  expect(journal.map((it: { digest: string }) => it.digest)).toEqual([images.old.digest]);
  const { out } = await lifecycle('explain', images.old.digest);
  expect(out).toMatch(/^app: it went at \S+: rule 2 keeps the 3 youngest and this is number 4$/m);
});

test('what cannot be is said in the words of the registry', async () => {
  expect(await lifecycle('simulate', 'nowhere')).toMatchObject({
    status: 1,
    err: "The repository with name 'nowhere' does not exist in the registry with id '123456789012'\n",
  });
  expect((await lifecycle('explain', 'sha256:4f')).err).toContain('sha256:4f is no digest.');
  expect((await lifecycle('explain', `sha256:${'0'.repeat(64)}`)).out).toContain('No repository has an image');
  expect((await lifecycle('simulate', 'app', '--at', 'soon')).err).toContain('--at soon is no time.');
});
