import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { run } from './run.ts';

let home: string;
let out: string;
let err: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-cli-'));
  [out, err] = ['', ''];
  // Settings of whoever runs the tests are none of ours.
  for (const name of Object.keys(process.env)) if (name.startsWith('BERTH_')) vi.stubEnv(name, undefined);
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += String(chunk);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    err += String(chunk);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

describe('the berth command', () => {
  test.each([
    ['--help'],
    ['serve', '--help'],
    ['login', '--help'],
    ['doctor', '--help'],
    ['gc', '--help'],
    ['fsck', '--help'],
  ])('explains itself: %s %s', async (...args) => {
    expect(await run(args.filter((it) => it !== undefined))).toBe(0);
    expect(out).toContain('Exit status:');
    if (args.length > 1) expect(out).toContain('Example:\n  berth ');
  });

  test('says its version', async () => {
    expect(await run(['--version'])).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    [['srve'], 'Did you mean serve?'],
    [['serve', '--data-di', 'x'], 'Did you mean --data-dir?'],
    [['login', '--tool', 'dokker'], 'Allowed choices are docker'],
    [['serve', '--root-secret-access-key', 'x'], 'unknown option'],
    [['serve', '--port', '99999'], '--port is "99999", which is not a whole number from 0 to 65535'],
  ])('calls %j wrong usage, status 2', async (args, words) => {
    expect(await run(args)).toBe(2);
    expect(err).toContain(words);
  });

  test('fails with status 1 and the next thing to do where no Berth serves', async () => {
    expect(await run(['login', '--data-dir', home])).toBe(1);
    expect(err).toMatch(/^No Berth serves from .*Start one with: /);
  });
});

describe('berth doctor', () => {
  test('finds nothing wrong before the first start', async () => {
    const status = await run(['doctor', '--data-dir', join(home, 'none'), '--port', '0', '--output', 'json']);

    expect(status).toBe(0);
    expect(JSON.parse(out)).toContainEqual(expect.objectContaining({ check: 'data folder', state: 'unknown' }));
  });

  test('tells what is wrong with the settings, status 3', async () => {
    expect(await run(['doctor', '--tls', 'on'])).toBe(3);
    expect(out).toContain('--tls is "on"');
  });

  test('tells how to mend a folder that others may read', async () => {
    const { chmod } = await import('node:fs/promises');
    await chmod(home, 0o755);

    expect(await run(['doctor', '--data-dir', home, '--port', '0'])).toBe(3);
    expect(out).toContain(`privacy: chmod go-rwx ${home}`);
  });
});
