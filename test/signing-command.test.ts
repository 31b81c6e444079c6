import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signingAuthorityOf } from '../src/signing/authority.ts';
import { startBerth, type TestBerth } from './berth.ts';

const MAIN = new URL('../src/main.ts', import.meta.url).pathname;

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth();
});
afterAll(() => berth.stop());

async function certificate(...args: string[]): Promise<{ status: unknown; out: string; err: string }> {
  const env = { PATH: process.env['PATH'] ?? '' };
  const where = ['signing', 'certificate', '--data-dir', berth.settings.dataDir];
  const child = spawn(process.execPath, [MAIN, ...where, ...args], { env });
  child.stdin.end();
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status, out, err };
}

test('the authority is printed before anything was signed, and it is the one that signs then', async () => {
  const { status, out } = await certificate();

  expect(status).toBe(0);
  expect(out).toMatch(/^-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n$/);
  expect((await signingAuthorityOf(berth.world, berth.registry.account)).certificate).toBe(out);
});

test('an account that is not there has none', async () => {
  const { status, out, err } = await certificate('--account', '999999999999');

  expect({ status, out }).toEqual({ status: 1, out: '' });
  expect(err).toContain('There is no account 999999999999.');
});
