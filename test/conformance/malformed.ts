import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { sendRaw } from './http-client.ts';
import { ABSENT, errorCodes, json, putManifest, type Subject } from './registry-under-test.ts';

const LONG = 'a'.repeat(257);

/** What no client of good will sends. Each answers an error of the specification's form, and nothing else happens. */
export function malformed(subject: () => Subject): void {
  describe('a malformed', () => {
    test.each([
      ['A/b'],
      ['UPPER'],
      ['-a'],
      ['a-'],
      ['a..b'],
      ['a___b'],
      ['a//b'],
      ['/a'],
      ['..'],
      ['.'],
      ['../../etc/passwd'],
      ['a/../b'],
      ['a/./b'],
      ['%2e%2e'],
      ['a%2Fb'],
      ['a%2f..%2fb'],
      ['a%5Cb'],
      ['a%00b'],
      ['%00'],
      ['a%20b'],
      ['a%0d%0ab'],
      ['a%'],
      ['a%2'],
      ['a%zz'],
      ['a%C0%AF'],
      ['%252e%252e'],
      ['a:b'],
      ['a@b'],
      ['a~b'],
      ['ü'.normalize('NFC').replace('ü', '%C3%BC')],
      [LONG],
      [`${'a/'.repeat(200)}a`],
    ])('name %j answers 400 NAME_INVALID on every route', async (name) => {
      const { client } = subject();
      const paths = [
        ['GET', 'tags/list'],
        ['GET', `referrers/${ABSENT}`],
        ['GET', 'manifests/v1'],
        ['PUT', 'manifests/v1'],
        ['DELETE', 'manifests/v1'],
        ['GET', `blobs/${ABSENT}`],
        ['DELETE', `blobs/${ABSENT}`],
        ['POST', 'blobs/uploads/'],
        ['PATCH', 'blobs/uploads/00000000-0000-4000-8000-000000000000'],
      ] as const;
      for (const [method, rest] of paths) {
        const answer = await client.send(method, `/v2/${name}/${rest}`);
        expect([method, rest, answer.status, errorCodes(answer)]).toEqual([method, rest, 400, ['NAME_INVALID']]);
        expect(answer.headers['docker-distribution-api-version']).toBe('registry/2.0');
      }
    });

    test.each([
      ['', 404],
      ['-v1', 400],
      ['.v1', 400],
      ['a%2Fb', 400],
      ['a%00', 400],
      ['..', 400],
      ['v1%20', 400],
      ['a'.repeat(129), 400],
      ['%zz', 400],
      ['v+1', 400],
      ['sha256:', 400],
      ['sha256:..%2F..%2Fetc', 400],
      [`sha256:${'A'.repeat(64)}`, 400],
      [`sha256:${'0'.repeat(63)}`, 400],
      [`sha256:${'0'.repeat(65)}`, 400],
      [`sha512:${'0'.repeat(64)}`, 400],
      [`sha384:${'0'.repeat(96)}`, 400],
      ['md5:0', 400],
    ])('reference %j is refused on every method', async (reference, status) => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      for (const method of ['GET', 'DELETE', 'PUT']) {
        const answer = await client.send(method, `/v2/${repository}/manifests/${reference}`);
        expect([method, answer.status]).toEqual([method, status]);
        expect(errorCodes(answer)[0]).toMatch(/^(?:TAG_INVALID|DIGEST_INVALID|UNSUPPORTED)$/);
      }
      if (reference !== '') {
        const blob = await client.send('GET', `/v2/${repository}/blobs/${reference}`);
        expect(blob.status).toBe(400);
      }
    });

    test.each([
      ['GET', '/v2/_other'],
      ['GET', '/v2/name'],
      ['GET', '/v2/name/'],
      ['GET', '/v2/name/tags'],
      ['GET', '/v2/name/tags/list/'],
      ['GET', '/v2/name/manifests/'],
      ['GET', '/v2/name/manifests/v1/'],
      ['GET', '/v2/tags/list'],
      ['GET', '/v2//'],
      ['GET', '/v2/%5Fcatalog'],
      ['GET', '/v2/name/tags%2Flist'],
      ['GET', '/v2/../v2/_catalog'],
    ])('route, %s %s, answers an error in the form of the specification', async (method, path) => {
      const answer = await subject().client.send(method, path);
      expect([400, 404]).toContain(answer.status);
      expect(errorCodes(answer)).toHaveLength(1);
    });

    test.each([
      ['POST', '/v2/', 'GET, HEAD'],
      ['DELETE', '/v2/_catalog', 'GET'],
      ['PUT', '/v2/name/tags/list', 'GET'],
      ['POST', '/v2/name/manifests/v1', 'GET, HEAD, PUT, DELETE'],
      ['PUT', `/v2/name/blobs/${ABSENT}`, 'GET, HEAD, DELETE'],
      ['GET', '/v2/name/blobs/uploads/', 'POST'],
      ['POST', '/v2/name/blobs/uploads/00000000-0000-4000-8000-000000000000', 'GET, PATCH, PUT, DELETE'],
      ['OPTIONS', '/v2/name/manifests/v1', 'GET, HEAD, PUT, DELETE'],
      ['TRACE', '/v2/', 'GET, HEAD'],
    ])('method, %s %s, answers 405 and says which are allowed', async (method, path, allow) => {
      const answer = await subject().client.send(method, path);
      expect([answer.status, answer.headers['allow'], errorCodes(answer)]).toEqual([405, allow, ['UNSUPPORTED']]);
    });

    test('query is refused, and parameters that nobody knows are not', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      expect((await client.send('GET', `/v2/${repository}/tags/list?n=%zz`)).status).toBe(400);
      expect((await client.send('GET', `/v2/${repository}/tags/list?n=%ff`)).status).toBe(400);
      expect((await client.send('GET', `/v2/${repository}/tags/list?&&x&=y&z=1`)).status).toBe(200);
    });

    test('body, too long by its own word, is refused before it is sent', async () => {
      const { registry } = subject();
      const repository = await registry.freshRepository();
      const { host } = new URL(registry.url);

      const answer = await sendRaw(
        registry.url,
        `PUT /v2/${repository}/manifests/v1 HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${registry.authorization}\r\n` +
          `Expect: 100-continue\r\nContent-Length: ${5 * 1024 * 1024}\r\n\r\n`,
        /\r\n\r\n.*\}\]\}/s,
      );

      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    });

    test('body that is longer than it says its length to be ends the connection, not the registry', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const { host } = new URL(registry.url);

      const answer = await sendRaw(
        registry.url,
        `PUT /v2/${repository}/manifests/v1 HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${registry.authorization}\r\n` +
          'Content-Length: 2\r\n\r\n{}}}}}}\r\n\r\n',
      );

      expect(answer).toMatch(/^HTTP\/1\.1 4/);
      expect((await client.send('GET', '/v2/')).status).toBe(200);
    });

    test('manifest, too long and of unknown length, is refused when the limit is reached', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const endless = Readable.from(Array.from({ length: 80 }, () => Buffer.alloc(65_536, 'x')));

      const answer = await client.send('PUT', `/v2/${repository}/manifests/v1`, { body: endless });

      expect([answer.status, errorCodes(answer)]).toEqual([413, ['SIZE_INVALID']]);
    });

    test('head that is too long answers 431, and the registry goes on', async () => {
      const { client, registry } = subject();
      const { host } = new URL(registry.url);
      // Not much longer: what is still on its way when the other side closes would reset the connection.
      const long = 'x'.repeat(33_000);
      const answer = await sendRaw(registry.url, `GET /v2/ HTTP/1.1\r\nHost: ${host}\r\nX-Long: ${long}\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 431 /);
      expect((await client.send('GET', '/v2/')).status).toBe(200);
    });

    test.each([
      ['two lengths', 'Content-Length: 2\r\nContent-Length: 3\r\n'],
      ['a length and chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n'],
      ['a negative length', 'Content-Length: -2\r\n'],
      ['a length that is no number', 'Content-Length: two\r\n'],
      ['a header without a name', ': x\r\n'],
      ['a header with NUL', 'X-A: a\0b\r\n'],
    ])('head with %s answers 400 and closes', async (_what, headers) => {
      const { registry } = subject();
      const { host } = new URL(registry.url);
      const answer = await sendRaw(
        registry.url,
        `PUT /v2/name/manifests/v1 HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${registry.authorization}\r\n${headers}\r\n{}`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    });

    test.each(['\0', '/v2/\0/tags/list', '/v2/a b/tags/list', 'v2/', '/v2/\x7f/tags/list'])(
      'request line with the target %j never reaches a repository',
      async (target) => {
        const { registry } = subject();
        const { host } = new URL(registry.url);
        const answer = await sendRaw(
          registry.url,
          `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nAuthorization: ${registry.authorization}\r\n\r\n`,
        );
        expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
      },
    );

    test('manifest that nests without end is refused or kept, and does not bring the registry down', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const deep = Buffer.from(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);

      expect((await putManifest(client, repository, deep, { reference: 'deep' })).status).toBe(400);
      expect((await client.send('GET', '/v2/')).status).toBe(200);
      expect((await putManifest(client, repository, json({ __proto__: null }), { reference: 'p' })).status).toBe(400);
    });
  });
}
