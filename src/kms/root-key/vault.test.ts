import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NotWrappedHere } from './not-wrapped-here.ts';
import { vaultRootKey } from './vault.ts';

/*
 * The server is the tests' own, written from the public pages of Vault's HTTP API (transit secrets engine, AppRole): no
 * Vault was asked.
 */
let server: Server;
let address: string;
let asked: { path: string; token: string | undefined; namespace: string | undefined }[];
let tokens: Set<string>;
let isSealed: boolean;
beforeEach(async () => {
  asked = [];
  tokens = new Set(['given']);
  isSealed = false;
  server = createServer(async (request, response) => {
    const token = request.headers['x-vault-token']?.toString();
    const path = request.url ?? '';
    asked.push({ path, token, namespace: request.headers['x-vault-namespace']?.toString() });
    const body = (await json(request)) as Record<string, string>;
    const { status, said } = answer(path, token, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

function answer(
  path: string,
  token: string | undefined,
  body: Record<string, string>,
): { status: number; said: object } {
  if (isSealed) return { status: 503, said: { errors: ['Vault is sealed'] } };
  if (path === '/v1/auth/approle/login') {
    if (body['role_id'] !== 'role' || body['secret_id'] !== 'secret') {
      return { status: 400, said: { errors: ['invalid role or secret ID'] } };
    }
    const fresh = `token-${asked.length}`;
    tokens.add(fresh);
    return { status: 200, said: { auth: { client_token: fresh, lease_duration: 3600 } } };
  }
  if (token === undefined || !tokens.has(token)) return { status: 403, said: { errors: ['permission denied'] } };
  const [, what] = /^\/v1\/team\/transit\/(encrypt|decrypt)\/berth$/.exec(path) ?? [];
  if (what === 'encrypt') {
    const ciphertext = `vault:v1:${Buffer.from(JSON.stringify(body)).toString('base64')}`;
    return { status: 200, said: { data: { ciphertext, key_version: 1 } } };
  }
  if (what !== 'decrypt') return { status: 404, said: { errors: [] } };
  const sealed = JSON.parse(Buffer.from((body['ciphertext'] ?? '').slice(9), 'base64').toString()) as typeof body;
  if (sealed['associated_data'] !== body['associated_data']) {
    return { status: 400, said: { errors: ['cipher: message authentication failed'] } };
  }
  return { status: 200, said: { data: { plaintext: sealed['plaintext'] } } };
}

const KEY = Buffer.alloc(32, 7);

test('what is wrapped opens again, with its context alone', async () => {
  const root = vaultRootKey({ address, key: 'team/transit/berth', namespace: 'ns', login: { token: 'given' } });
  const wrapped = await root.wrap(KEY, 'one');

  expect(await root.unwrap(wrapped, 'one')).toEqual(KEY);
  expect(root.isCurrent(wrapped)).toBe(true);
  await expect(root.unwrap(wrapped, 'other')).rejects.toMatchObject({ name: 'VaultFailed', status: 400 });
  expect(asked[0]).toEqual({ path: '/v1/team/transit/encrypt/berth', token: 'given', namespace: 'ns' });
});

test('what another root key wrapped is told from what Vault refuses', async () => {
  const root = vaultRootKey({ address, key: 'team/transit/berth', login: { token: 'given' } });
  const other = vaultRootKey({ address, key: 'transit/other', login: { token: 'given' } });
  const wrapped = await root.wrap(KEY, 'one');
  expect(other.isCurrent(wrapped)).toBe(false);
  await expect(other.unwrap(wrapped, 'one')).rejects.toBeInstanceOf(NotWrappedHere);
});

test('a role logs in once, and again when its token has ended', async () => {
  const login = { roleId: 'role', secretId: 'secret' };
  const root = vaultRootKey({ address, key: 'team/transit/berth', login });
  const wrapped = await root.wrap(KEY, 'one');
  await root.unwrap(wrapped, 'one');
  expect(asked.filter((it) => it.path.includes('login'))).toHaveLength(1);
  tokens.clear();
  expect(await root.unwrap(wrapped, 'one')).toEqual(KEY);
  expect(asked.filter((it) => it.path.includes('login'))).toHaveLength(2);
});

test.each([
  ['a token that may not', { token: 'wrong' }, 403, 'permission denied'],
  ['a role that is not', { roleId: 'role', secretId: 'wrong' }, 400, 'invalid role or secret ID'],
])('%s is told what Vault said', async (_, login, status, message) => {
  const root = vaultRootKey({ address, key: 'team/transit/berth', login });
  await expect(root.wrap(KEY, 'one')).rejects.toMatchObject({ name: 'VaultFailed', status, message });
});

test('a Vault that is sealed, or not there, is an error that says so', async () => {
  const root = vaultRootKey({ address, key: 'team/transit/berth', login: { token: 'given' } });
  isSealed = true;
  await expect(root.wrap(KEY, 'one')).rejects.toMatchObject({ status: 503, message: 'Vault is sealed' });
  const gone = vaultRootKey({ address: 'http://127.0.0.1:1', key: 'transit/berth', login: { token: 'given' } });
  await expect(gone.wrap(KEY, 'one')).rejects.toThrow(/ECONNREFUSED/);
});
