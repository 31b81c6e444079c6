import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOGGED_IN } from '../../src/distribution/endpoint.ts';
import { routes } from '../../src/distribution/routes.ts';
import { findSigner } from '../../src/identity/find-signer.ts';
import { issueLoginToken } from '../../src/identity/login-token.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { type Client, clientOf, sendRaw } from './http-client.ts';
import { errorCodes, jsonOf, pushBlob } from './registry-under-test.ts';

const HOUR = 3_600_000;
const EXPIRED = 'Your authorization token has expired. Reauthenticate and try again.';

let berth: TestBerth;
let client: Client;

beforeAll(async () => {
  berth = await startBerth({ settings: { region: ['us-east-1', 'eu-central-1'] } });
  await berth.createRepository('app');
  client = clientOf(berth.url, berth.authorization);
});
afterAll(() => berth.stop());

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

async function loginFor(region: string): Promise<string> {
  const key = await findSigner(berth.world, berth.accessKeyId);
  if (key === undefined) throw new Error('the root key is not known');
  return basic('AWS', issueLoginToken(berth.world, key, region).password);
}

/** Every route, with names that exist and some that do not: the answer to a stranger must be the same. */
const requests = routes.flatMap(({ method, form }) =>
  ['app', 'missing', 'UPPER'].map((name) => ({
    method,
    path: form.replace('{name}', name).replace('{reference}', `sha256:${'0'.repeat(64)}`),
  })),
);

describe('every route', () => {
  test.each([
    ['no login', null],
    ['an empty login', ''],
    ['the token as Bearer', 'Bearer x'],
    ['a login that is no Base64', 'Basic ***'],
    ['another user name', basic('root', 'x')],
    ['a user without a password', basic('AWS', '')],
  ])('answers %s with 401, a challenge and nothing else', async (_what, authorization) => {
    for (const { method, path } of requests) {
      const answer = await client.send(method, path, { authorization });
      expect([method, path, answer.status]).toEqual([method, path, 401]);
      expect(answer.headers['www-authenticate']).toBe(`Basic realm="${berth.url}/",service="ecr.amazonaws.com"`);
      expect(answer.headers['docker-distribution-api-version']).toBe('registry/2.0');
      expect(String(answer.body)).toBe(method === 'HEAD' ? '' : 'Not Authorized');
    }
  });

  test('answers a good token sent as Bearer, or under another name, with 401', async () => {
    for (const authorization of [`Bearer ${berth.password}`, basic('aws', berth.password), basic('', berth.password)]) {
      expect((await client.send('GET', '/v2/', { authorization })).status).toBe(401);
    }
  });

  test('answers a garbage token with 401, and a changed one too', async () => {
    const changed = `${berth.password.slice(0, 40)}${berth.password[40] === 'A' ? 'B' : 'A'}${berth.password.slice(41)}`;
    for (const password of ['garbage', changed, 'x'.repeat(5_000)]) {
      for (const { method, path } of requests) {
        const answer = await client.send(method, path, { authorization: basic('AWS', password) });
        expect([method, path, answer.status]).toEqual([method, path, 401]);
        if (method !== 'HEAD') {
          expect(jsonOf(answer)).toEqual({ errors: [{ code: 'DENIED', message: 'Not Authorized' }] });
        }
      }
    }
  });

  test('of an address that does not exist tells a stranger no more than of one that does', async () => {
    const answer = await client.send('GET', '/v2/no/such/route', { authorization: null });
    expect(answer.status).toBe(401);
  });

  test('reads no body of a stranger who waits to be told to send it', async () => {
    const answer = await sendRaw(
      berth.url,
      `PATCH /v2/app/blobs/uploads/00000000-0000-4000-8000-000000000000 HTTP/1.1\r\nHost: ${berth.host}\r\n` +
        'Expect: 100-continue\r\nContent-Length: 1000000\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).not.toContain('100 Continue');
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
  });

  test('tells one who waits and may push to go on', async () => {
    const answer = await sendRaw(
      berth.url,
      `PUT /v2/app/manifests/v1 HTTP/1.1\r\nHost: ${berth.host}\r\nAuthorization: ${berth.authorization}\r\n` +
        'Expect: 100-continue\r\nContent-Length: 2\r\n\r\n',
      /100 Continue/,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
  });
});

describe('the registry that is addressed', () => {
  const ask = (host: string, authorization?: string, path = '/v2/app/tags/list') =>
    client.send('GET', path, { headers: { Host: host }, ...(authorization !== undefined && { authorization }) });

  test('is the login’s own on any host that is not of ECR form', async () => {
    await pushBlob(client, 'app', Buffer.from('a blob of us-east-1'));
    for (const host of ['localhost:5000', berth.host, 'registry.example.org']) {
      expect([host, (await ask(host)).status]).toEqual([host, 200]);
    }
  });

  test.each(['dkr.ecr', 'dkr-ecr', 'dkr.ecr-fips'])('is the one of the host in the form %s', async (infix) => {
    const account = berth.registry.account;
    expect((await ask(`${account}.${infix}.us-east-1.amazonaws.com`)).status).toBe(200);
    expect((await ask(`${account}.${infix}.us-east-1.localhost:5000`)).status).toBe(200);

    const elsewhere = await ask(`${account}.${infix}.eu-central-1.amazonaws.com`, await loginFor('eu-central-1'));
    expect([elsewhere.status, errorCodes(elsewhere)]).toEqual([404, ['NAME_UNKNOWN']]);
  });

  test('of another region than the login’s is denied', async () => {
    const answer = await ask(`${berth.registry.account}.dkr.ecr.eu-central-1.amazonaws.com`);
    expect(answer.status).toBe(400);
    expect(jsonOf(answer)).toEqual({ errors: [{ code: 'DENIED', message: 'Not Authorized' }] });
  });

  test('in a region that is not served is refused with the names of those that are', async () => {
    const answer = await ask(
      `${berth.registry.account}.dkr.ecr.ap-south-1.amazonaws.com`,
      await loginFor('ap-south-1'),
    );
    expect([answer.status, errorCodes(answer)]).toEqual([400, ['DENIED']]);
    expect(String(answer.body)).toContain(
      "The region 'ap-south-1' is not served here. Served: us-east-1, eu-central-1.",
    );
  });

  test('of another account answers as ECR does to a principal who may not, whatever is asked', async () => {
    const host = '999999999999.dkr.ecr.us-east-1.amazonaws.com';
    for (const { method, form, endpoint } of routes) {
      if (endpoint.action === LOGGED_IN) continue;
      const path = form.replace('{name}', 'app').replace('{reference}', `sha256:${'0'.repeat(64)}`);
      const answer = await client.send(method, path, { headers: { Host: host } });
      expect([method, path, answer.status]).toEqual([method, path, 403]);
      if (method === 'HEAD') continue;
      expect(errorCodes(answer)).toEqual(['DENIED']);
      expect(String(answer.body)).toContain(
        `is not authorized to perform: ${endpoint.action} on resource: arn:aws:ecr:us-east-1:999999999999:repository/`,
      );
    }
  });
});

// Last: the clock does not go back.
describe('after twelve hours', () => {
  test('every route answers 403 in the words that scripts look for', async () => {
    berth.pass(12 * HOUR);

    for (const { method, path } of requests) {
      const answer = await client.send(method, path);
      expect([method, path, answer.status]).toEqual([method, path, 403]);
      if (method !== 'HEAD') expect(jsonOf(answer)).toEqual({ errors: [{ code: 'DENIED', message: EXPIRED }] });
    }
  });
});
