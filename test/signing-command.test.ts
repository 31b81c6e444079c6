import { afterAll, beforeAll, expect, test } from 'vitest';
import { signingAuthorityOf } from '../src/signing/authority.ts';
import { berth as command } from './backup/command.ts';
import { startBerth, type TestBerth } from './berth.ts';

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth();
});
afterAll(() => berth.stop());

const certificate = (...args: string[]) =>
  command(['signing', 'certificate', '--data-dir', berth.settings.dataDir, ...args]);

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
