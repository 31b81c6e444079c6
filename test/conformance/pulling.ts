import { describe, expect, test } from 'vitest';
import {
  ABSENT,
  aBlob,
  anImage,
  digestOf,
  EMPTY_TYPE,
  errorCodes,
  IMAGE,
  json,
  pushBlob,
  pushImage,
  putManifest,
  type Subject,
} from './registry-under-test.ts';

/** distribution-spec 1.1, "Pull". */
export function pulling(subject: () => Subject): void {
  describe('pulling', () => {
    test('the base answers 200 to GET and HEAD, with and without the slash', async () => {
      const { client } = subject();
      for (const path of ['/v2/', '/v2']) {
        for (const method of ['GET', 'HEAD']) {
          const answer = await client.send(method, path);
          expect(answer.status).toBe(200);
          expect(answer.headers['docker-distribution-api-version']).toBe('registry/2.0');
          expect(answer.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
        }
      }
    });

    test('a manifest comes back byte for byte by tag and by digest, with fields that nobody knows and data', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const config = {
        ...(await pushBlob(client, repository, Buffer.from('{}'), { mediaType: EMPTY_TYPE })),
        data: 'e30=',
      };
      const compact = await anImage(client, repository, { config, 'org.example.unknown': { kept: [1, null, 'ü'] } });
      const manifest = Buffer.from(`\n${JSON.stringify(JSON.parse(compact.toString()), null, 7)}\n \n`);
      const digest = digestOf(manifest);
      expect((await putManifest(client, repository, manifest, { reference: 'v1' })).status).toBe(201);

      for (const reference of ['v1', digest]) {
        const got = await client.send('GET', `/v2/${repository}/manifests/${reference}`);
        const head = await client.send('HEAD', `/v2/${repository}/manifests/${reference}`);

        expect(got.status).toBe(200);
        expect(got.body).toEqual(manifest);
        for (const { headers, status } of [got, head]) {
          expect(status).toBe(200);
          expect(headers['content-type']).toBe(IMAGE);
          expect(headers['content-length']).toBe(String(manifest.length));
          expect(headers['docker-content-digest']).toBe(digest);
        }
        expect(head.body.length).toBe(0);
      }
    });

    test('whatever Accept says, the stored manifest is answered', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const { manifest, digest } = await pushImage(client, repository, { tag: 'v1' });

      for (const accept of ['application/vnd.docker.distribution.manifest.v1+json', '*/*', 'text/html', '']) {
        const got = await client.send('GET', `/v2/${repository}/manifests/v1`, { headers: { Accept: accept } });
        expect(got.status).toBe(200);
        expect(got.body).toEqual(manifest);
        expect(got.headers['docker-content-digest']).toBe(digest);
      }
    });

    test('a media type is kept without the parameters that it was pushed with', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const manifest = await anImage(client, repository);

      const put = await putManifest(client, repository, manifest, { mediaType: `${IMAGE}; charset=utf-8` });

      expect(put.status).toBe(201);
      const got = await client.send('GET', `/v2/${repository}/manifests/${digestOf(manifest)}`);
      expect(got.headers['content-type']).toBe(IMAGE);
    });

    test.each([0, 2, 100, 3_000_000])('a blob of %d bytes is pulled as it was pushed', async (size) => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const bytes = size === 2 ? Buffer.from('{}') : aBlob(size);
      const { digest } = await pushBlob(client, repository, bytes);

      const got = await client.send('GET', `/v2/${repository}/blobs/${digest}`);
      const head = await client.send('HEAD', `/v2/${repository}/blobs/${digest}`);

      expect(got.body).toEqual(bytes);
      for (const { status, headers } of [got, head]) {
        expect(status).toBe(200);
        expect(headers['content-length']).toBe(String(size));
        expect(headers['docker-content-digest']).toBe(digest);
        expect(headers['content-type']).toBe('application/octet-stream');
        expect(headers['accept-ranges']).toBe('bytes');
        expect(headers['etag']).toBe(`"${digest}"`);
        expect(headers['cache-control']).toContain('immutable');
      }
      expect(head.body.length).toBe(0);
    });

    test('what is not there answers 404 with its own code, and HEAD without a body', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const cases = [
        [`/v2/${repository}/manifests/none`, 'MANIFEST_UNKNOWN'],
        [`/v2/${repository}/manifests/${ABSENT}`, 'MANIFEST_UNKNOWN'],
        [`/v2/${repository}/blobs/${ABSENT}`, 'BLOB_UNKNOWN'],
        ['/v2/never/heard-of/manifests/v1', 'NAME_UNKNOWN'],
        [`/v2/never/heard-of/blobs/${ABSENT}`, 'NAME_UNKNOWN'],
      ] as const;

      for (const [path, code] of cases) {
        const got = await client.send('GET', path);
        const head = await client.send('HEAD', path);
        expect([path, got.status, head.status]).toEqual([path, 404, 404]);
        expect(got.headers['content-type']).toMatch(/^application\/json/);
        expect(errorCodes(got)).toEqual([code]);
        expect(head.body.length).toBe(0);
      }
    });

    test('a blob of one repository is not one of another', async () => {
      const { client, registry } = subject();
      const [one, other] = [await registry.freshRepository(), await registry.freshRepository()];
      const { digest } = await pushBlob(client, one, aBlob());

      expect((await client.send('GET', `/v2/${one}/blobs/${digest}`)).status).toBe(200);
      expect((await client.send('GET', `/v2/${other}/blobs/${digest}`)).status).toBe(404);
      expect((await client.send('HEAD', `/v2/${other}/blobs/${digest}`)).status).toBe(404);
    });

    test('content that the client has is not sent again', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const image = await pushImage(client, repository, { tag: 'v1' });
      const blob = await pushBlob(client, repository, aBlob());

      const paths = [
        [`/v2/${repository}/manifests/v1`, image.digest],
        [`/v2/${repository}/manifests/${image.digest}`, image.digest],
        [`/v2/${repository}/blobs/${blob.digest}`, blob.digest],
      ] as const;
      for (const [path, digest] of paths) {
        for (const [given, status] of [
          [`"${digest}"`, 304],
          [`"other", W/"${digest}"`, 304],
          ['*', 304],
          ['"other"', 200],
        ] as const) {
          const answer = await client.send('GET', path, { headers: { 'If-None-Match': given } });
          expect([path, given, answer.status]).toEqual([path, given, status]);
          expect(answer.headers['etag']).toBe(`"${digest}"`);
          if (status === 304) expect(answer.body.length).toBe(0);
        }
      }
    });

    test('the ns parameter of clients that believe in a proxy changes nothing', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const { manifest } = await pushImage(client, repository, { tag: 'v1' });
      const { host } = new URL(registry.url);

      for (const query of [`?ns=${host}`, '?ns=docker.io', '?ns=']) {
        const got = await client.send('GET', `/v2/${repository}/manifests/v1${query}`, {
          headers: { 'OCI-Namespace': host },
        });
        expect(got.status).toBe(200);
        expect(got.body).toEqual(manifest);
      }
    });

    test('an escaped colon in a digest is a colon', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const { digest } = await pushBlob(client, repository, json({ some: 'blob', of: repository }));

      expect((await client.send('GET', `/v2/${repository}/blobs/${digest.replace(':', '%3A')}`)).status).toBe(200);
    });
  });
}
