// What a kubelet and docker are given: by keys, by a token file, by a service account's token.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClientSettings, clientSettings } from '../src/cli/credentials/client-settings.ts';
import { answerDocker } from '../src/cli/credentials/docker.ts';
import { isOf } from '../src/cli/credentials/find-login.ts';
import { answerKubelet, cachedSeconds } from '../src/cli/credentials/kubelet.ts';
import { startBerth, type TestBerth } from './berth.ts';
import { allowing, role, type TestRole } from './identity.ts';
import { type HttpsServer, startHttps } from './servers/https.ts';
import { federatedTrust, type Issuer, issuer, publishing, trustIssuer } from './servers/issuer.ts';

const BIN = new URL('../bin/', import.meta.url).pathname;

let folder: string;
let server: HttpsServer;
let berth: TestBerth;
let it: Issuer;
let job: TestRole;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-machines-'));
  server = await startHttps(['127.0.0.1'], (request, response) => publishing(() => it)(request, response));
  const outboundCaFile = join(folder, 'ca.pem');
  await writeFile(outboundCaFile, server.authority);
  berth = await startBerth({
    tls: true,
    settings: { outboundAllow: [{ address: '127.0.0.1', prefix: 32 }], outboundCaFile, domain: 'registry.example.com' },
  });
  await writeFile(join(folder, 'berth.pem'), berth.ca ?? '');
  it = await issuer(berth, `https://127.0.0.1:${server.port}`);
  const condition = { StringEquals: { [`127.0.0.1:${server.port}:sub`]: 'system:serviceaccount:web:app' } };
  const trust = federatedTrust(await trustIssuer(berth, it), condition);
  job = await role(berth, { name: 'pods', policies: [allowing('ecr:GetAuthorizationToken')], trust });
});
afterAll(async () => {
  await berth.stop();
  await server.close();
  await rm(folder, { recursive: true });
});

const where = () => ({ AWS_ENDPOINT_URL: berth.url, AWS_CA_BUNDLE: join(folder, 'berth.pem'), HOME: folder });
const keys = () => ({ AWS_ACCESS_KEY_ID: berth.accessKeyId, AWS_SECRET_ACCESS_KEY: berth.secretAccessKey });
const settings = (more: Record<string, string> = keys()): Promise<ClientSettings> =>
  clientSettings({}, { ...where(), ...more });

function request(image: string, more: object = {}): string {
  const apiVersion = 'credentialprovider.kubelet.k8s.io/v1';
  return JSON.stringify({ kind: 'CredentialProviderRequest', apiVersion, image, ...more });
}

/** Whether docker is let in with it. */
async function isLogin(auth: { readonly username: string; readonly password: string } | undefined): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`${auth?.username}:${auth?.password}`).toString('base64')}`;
  const { request: ask } = await import('node:https');
  const asked = ask(`${berth.url}/v2/`, { headers: { authorization }, ca: berth.ca ?? '' }).end();
  const [answer] = await once(asked, 'response');
  answer.resume();
  return answer.statusCode === 200;
}

describe('a kubelet', () => {
  test.each(['v1', 'v1beta1'])('of %s is given a login that is kept for half of its time', async (version) => {
    const apiVersion = `credentialprovider.kubelet.k8s.io/${version}`;

    const answer = JSON.parse(await answerKubelet(await settings(), request(`${berth.host}/app:1`, { apiVersion })));

    expect(answer).toMatchObject({ kind: 'CredentialProviderResponse', apiVersion, cacheKeyType: 'Registry' });
    expect(Number(/^(\d+)s$/.exec(answer.cacheDuration)?.[1])).toBeGreaterThan(5.9 * 3_600);
    expect(Object.keys(answer.auth)).toEqual([berth.host]);
    expect(await isLogin(answer.auth[berth.host])).toBe(true);
  });

  test("is given a login by its pod's own token and role, and by no other's", async () => {
    const roleArn = { 'eks.amazonaws.com/role-arn': job.arn };
    const ask = async (sub: string, serviceAccountAnnotations: object) => {
      const serviceAccountToken = await it.token({ sub });
      const asked = request(`${berth.host}/app`, { serviceAccountToken, serviceAccountAnnotations });
      return JSON.parse(await answerKubelet(await settings({}), asked));
    };

    const { auth } = await ask('system:serviceaccount:web:app', roleArn);
    expect(await isLogin(auth[berth.host])).toBe(true);
    await expect(ask('system:serviceaccount:web:other', roleArn)).rejects.toThrow('AccessDenied');
    await expect(ask('system:serviceaccount:web:app', {})).rejects.toThrow('eks.amazonaws.com/role-arn');
  });

  test.each(['docker.io/library/alpine', 'registry.example.com.evil.example/app', '127.0.0.1:1/app'])(
    'is given no password of Berth for %s',
    async (image) => {
      const answer = JSON.parse(await answerKubelet(await settings(), request(image)));

      expect(answer).toMatchObject({ auth: {}, cacheDuration: '0s' });
    },
  );

  test('is given a login for a registry of the same domain, of another account', async () => {
    const host = '210987654321.dkr.ecr.eu-west-1.registry.example.com';

    expect(Object.keys(JSON.parse(await answerKubelet(await settings(), request(`${host}/app`))).auth)).toEqual([host]);
    const evil = '123456789012.dkr.ecr.us-east-1.evil.example';
    expect(JSON.parse(await answerKubelet(await settings(), request(`${evil}/app`))).auth).toEqual({});
  });

  test.each([
    ['nothing', '', 'no CredentialProviderRequest'],
    ['something else', '{"kind":"Pod"}', 'no CredentialProviderRequest'],
    ['another version', request('h/app', { apiVersion: 'credentialprovider.kubelet.k8s.io/v9' }), 'v1beta1'],
  ])('that sends %s is told so', async (_, said, words) => {
    await expect(answerKubelet(await settings(), said)).rejects.toThrow(words);
  });

  test('keeps no login that has ended', () => {
    const now = new Date(1_000_000);

    expect(cachedSeconds({ expiresAt: new Date(1_011_000) }, now)).toBe(5);
    expect(cachedSeconds({ expiresAt: new Date(999_000) }, now)).toBe(0);
  });
});

describe('docker', () => {
  const ask = async (action: string, said: string, more: Record<string, string> = keys()) =>
    answerDocker(action, { input: async () => said, settings: () => settings(more) });

  test('is given a login for the registry, however it writes its address', async () => {
    for (const address of [berth.host, `https://${berth.host}`, `https://${berth.host}/v2/`]) {
      const { ServerURL, Username, Secret } = JSON.parse(await ask('get', `${address}\n`));

      expect(ServerURL).toBe(address);
      expect(await isLogin({ username: Username, password: Secret })).toBe(true);
    }
  });

  test('is given one by a token file, without keys', async () => {
    const AWS_WEB_IDENTITY_TOKEN_FILE = join(folder, 'token');
    await writeFile(AWS_WEB_IDENTITY_TOKEN_FILE, `${await it.token({ sub: 'system:serviceaccount:web:app' })}\n`);

    const said = await ask('get', berth.host, { AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN: job.arn });
    expect(JSON.parse(said).Username).toBe('AWS');
    await expect(ask('get', berth.host, {})).rejects.toThrow('Who asks?');
  });

  test('has nothing from it for others, nothing to list, and nothing that is kept', async () => {
    await expect(ask('get', 'https://index.docker.io/v1/')).rejects.toThrow('credentials not found in native keychain');
    expect([await ask('list', ''), await ask('store', '{}'), await ask('erase', berth.host)]).toEqual(['{}', '', '']);
    await expect(ask('other', '')).rejects.toThrow('get|store|erase|list');
  });
});

test('a registry is of the one that was asked by its whole domain', () => {
  const proxyEndpoint = 'https://123456789012.dkr.ecr.us-east-1.registry.example.com';
  const is = (host: string) => isOf({ endpoint: 'https://api.example.com', proxyEndpoint, host });

  expect(is('210987654321.dkr.ecr.eu-west-1.registry.example.com')).toBe(true);
  expect(is('123456789012.dkr.ecr.us-east-1.evilregistry.example.com')).toBe(false);
  expect(is('123456789012.dkr.ecr.us-east-1.registry.example.com.evil.example')).toBe(false);
  expect(is('evil.example')).toBe(false);
});

test('the programs answer as they are called, and say why they cannot', async () => {
  const runs = [
    ['docker-credential-berth', ['get'], berth.host, /"Username":"AWS"/],
    ['berth-credential-provider', ['--region', 'us-east-1'], request(`${berth.host}/app`), /"cacheKeyType":"Registry"/],
  ] as const;
  for (const [program, args, said, expected] of runs) {
    const env = { PATH: process.env['PATH'] ?? '', ...where(), ...keys() };
    const child = spawn(join(BIN, program), args, { env });
    child.stdin.end(said);
    const [out, [status]] = await Promise.all([text(child.stdout), once(child, 'close')]);

    expect({ out, status }).toEqual({ out: expect.stringMatching(expected), status: 0 });
  }
  const child = spawn(join(BIN, 'berth-credential-provider'), { env: { PATH: process.env['PATH'] ?? '' } });
  child.stdin.end('{}');
  const [err, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect({ err, status }).toEqual({ err: expect.stringContaining('Where is Berth?'), status: 1 });
});
