import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Answer } from './http-client.ts';
import {
  ABSENT,
  aBlob,
  digestOf,
  errorCodes,
  locationOf,
  pushBlob,
  type Subject,
  withQuery,
} from './registry-under-test.ts';

/** distribution-spec 1.1, "Pushing blobs", and `digest-algorithm` of the coming version. */
export function uploading(subject: () => Subject): void {
  const start = (repository: string, query = '', body?: Buffer) =>
    subject().client.send('POST', `/v2/${repository}/blobs/uploads/${query}`, body ? { body } : {});

  const patch = (location: string, body: Buffer | Readable, contentRange?: string) =>
    subject().client.send('PATCH', location, {
      body,
      headers: { 'Content-Type': 'application/octet-stream', ...(contentRange && { 'Content-Range': contentRange }) },
    });

  const finish = (location: string, digest: string, body?: Buffer, contentRange?: string) =>
    subject().client.send('PUT', withQuery(location, `digest=${digest}`), {
      ...(body && { body }),
      headers: contentRange ? { 'Content-Range': contentRange } : {},
    });

  const pull = (repository: string, digest: string) =>
    subject().client.send('GET', `/v2/${repository}/blobs/${digest}`);

  async function expectStored(answer: Answer, repository: string, bytes: Buffer, digest = digestOf(bytes)) {
    expect([answer.status, String(answer.body)]).toEqual([201, '']);
    expect(answer.headers['docker-content-digest']).toBe(digest);
    const got = await subject().client.send('GET', locationOf(answer));
    expect(got.status).toBe(200);
    expect(got.body.equals(bytes)).toBe(true);
    expect((await pull(repository, digest)).status).toBe(200);
  }

  describe('pushing a blob', () => {
    test.each([
      ['empty', 0],
      ['of one byte', 1],
      ['of a megabyte', 1_000_000],
    ])('%s in POST and PUT', async (_what, size) => {
      const repository = await subject().registry.freshRepository();
      const bytes = aBlob(size);

      const started = await start(repository);
      const answer = await finish(locationOf(started), digestOf(bytes), bytes);

      expect(started.status).toBe(202);
      expect(started.headers['docker-upload-uuid']).toMatch(/^[0-9a-f-]{36}$/);
      expect(started.headers['range']).toBe('0-0');
      expect(locationOf(started)).toContain(String(started.headers['docker-upload-uuid']));
      await expectStored(answer, repository, bytes);
    });

    test('begins without the slash behind uploads too', async () => {
      const repository = await subject().registry.freshRepository();
      expect((await subject().client.send('POST', `/v2/${repository}/blobs/uploads`)).status).toBe(202);
    });

    test.each([0, 2, 100_000])('of %d bytes in one POST with its digest', async (size) => {
      const repository = await subject().registry.freshRepository();
      const bytes = aBlob(size);

      const answer = await start(repository, `?digest=${digestOf(bytes)}`, bytes);

      await expectStored(answer, repository, bytes);
    });

    test('in one POST with a digest that is not its own stores nothing', async () => {
      const repository = await subject().registry.freshRepository();
      const bytes = aBlob();

      const answer = await start(repository, `?digest=${ABSENT}`, bytes);

      expect([answer.status, errorCodes(answer)]).toEqual([400, ['DIGEST_INVALID']]);
      expect((await pull(repository, ABSENT)).status).toBe(404);
      expect((await pull(repository, digestOf(bytes))).status).toBe(404);
    });

    test('in PUT with a digest that is not its own stores nothing', async () => {
      const repository = await subject().registry.freshRepository();
      const bytes = aBlob();

      const answer = await finish(locationOf(await start(repository)), ABSENT, bytes);

      expect([answer.status, errorCodes(answer)]).toEqual([400, ['DIGEST_INVALID']]);
      expect((await pull(repository, digestOf(bytes))).status).toBe(404);
    });

    test.each(['', 'sha256:abc', 'md5:d41d8cd98f00b204e9800998ecf8427e', 'sha256', `SHA256:${'0'.repeat(64)}`])(
      'in PUT with the digest %j answers 400',
      async (digest) => {
        const repository = await subject().registry.freshRepository();
        const answer = await finish(locationOf(await start(repository)), digest, aBlob());
        expect([answer.status, errorCodes(answer)]).toEqual([400, ['DIGEST_INVALID']]);
      },
    );

    test('in PUT without a digest answers 400, and the upload goes on', async () => {
      const repository = await subject().registry.freshRepository();
      const bytes = aBlob();
      const location = locationOf(await start(repository));

      const refused = await subject().client.send('PUT', location);

      expect([refused.status, errorCodes(refused)]).toEqual([400, ['DIGEST_INVALID']]);
      await expectStored(await finish(location, digestOf(bytes), bytes), repository, bytes);
    });
  });

  describe('pushing a blob in chunks', () => {
    const bytes = aBlob(30_000);
    const chunks = [bytes.subarray(0, 10_000), bytes.subarray(10_000, 20_000), bytes.subarray(20_000)] as const;
    const digest = digestOf(bytes);

    test.each([
      ['an empty PUT', undefined, undefined],
      ['the last chunk in the PUT with its range', chunks[2], '20000-29999'],
      ['the last chunk in the PUT without a range', chunks[2], undefined],
    ])('ends with %s', async (_what, last, contentRange) => {
      const repository = await subject().registry.freshRepository();

      const one = await patch(locationOf(await start(repository)), chunks[0], '0-9999');
      const two = await patch(locationOf(one), chunks[1], '10000-19999');
      const three = last ? two : await patch(locationOf(two), chunks[2], '20000-29999');
      const answer = await finish(locationOf(three), digest, last, contentRange);

      expect([one.status, one.headers['range']]).toEqual([202, '0-9999']);
      expect([two.status, two.headers['range']]).toEqual([202, '0-19999']);
      await expectStored(answer, repository, bytes);
    });

    test('may be one stream of unknown length', async () => {
      const repository = await subject().registry.freshRepository();

      const sent = await patch(locationOf(await start(repository)), Readable.from(chunks));
      const answer = await finish(locationOf(sent), digest);

      expect([sent.status, sent.headers['range']]).toEqual([202, '0-29999']);
      await expectStored(answer, repository, bytes);
    });

    test('may leave the ranges out', async () => {
      const repository = await subject().registry.freshRepository();

      const one = await patch(locationOf(await start(repository)), chunks[0]);
      const two = await patch(locationOf(one), chunks[1]);

      expect(two.headers['range']).toBe('0-19999');
      await expectStored(await finish(locationOf(two), digest, chunks[2]), repository, bytes);
    });

    test('refuses a chunk out of order with 416, and goes on from where its status says', async () => {
      const repository = await subject().registry.freshRepository();
      const location = locationOf(await start(repository));
      const early = await patch(location, chunks[1], '10000-19999');
      const one = await patch(location, chunks[0], '0-9999');
      const skipped = await patch(locationOf(one), chunks[2], '20000-29999');
      const again = await patch(locationOf(one), chunks[0], '0-9999');
      const wrongEnd = await finish(locationOf(one), digest, chunks[2], '20000-29999');

      expect([early, skipped, again, wrongEnd].map((it) => it.status)).toEqual([416, 416, 416, 416]);
      expect(errorCodes(skipped)).toEqual(['BLOB_UPLOAD_INVALID']);

      const status = await subject().client.send('GET', locationOf(one));
      expect([status.status, status.headers['range'], status.body.length]).toEqual([204, '0-9999', 0]);
      const two = await patch(locationOf(status), chunks[1], '10000-19999');
      await expectStored(await finish(locationOf(two), digest, chunks[2], '20000-29999'), repository, bytes);
    });

    test('has a status from the start', async () => {
      const repository = await subject().registry.freshRepository();

      const status = await subject().client.send('GET', locationOf(await start(repository)));

      expect([status.status, status.headers['range']]).toEqual([204, '0-0']);
      expect(locationOf(status)).toContain(repository);
    });

    test.each([
      ['bytes 0-9999/30000', 400, 'BLOB_UPLOAD_INVALID'],
      ['0', 400, 'BLOB_UPLOAD_INVALID'],
      ['a-b', 400, 'BLOB_UPLOAD_INVALID'],
      ['9999-0', 400, 'BLOB_UPLOAD_INVALID'],
      ['0-99', 400, 'SIZE_INVALID'],
      ['0-10000', 400, 'SIZE_INVALID'],
    ])('refuses the range %j of 10,000 bytes, and keeps none of them', async (contentRange, status, code) => {
      const repository = await subject().registry.freshRepository();
      const location = locationOf(await start(repository));

      const refused = await patch(location, chunks[0], contentRange);

      expect([refused.status, errorCodes(refused)]).toEqual([status, [code]]);
      expect((await subject().client.send('GET', location)).headers['range']).toBe('0-0');
    });

    test('goes on after the client went away in the middle of a chunk', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const location = locationOf(await start(repository));
      const { hostname, port } = new URL(registry.url);
      const half = httpRequest({
        method: 'PATCH',
        hostname,
        port,
        path: location,
        headers: { Authorization: registry.authorization, 'Content-Length': bytes.length },
      });
      half.on('error', () => {});
      half.write(chunks[0]);
      await once(half, 'socket');
      half.destroy();

      // Whether or not any of it arrived before the line went dead, and was seen to: the status is the truth.
      const resume = async () => {
        const [, last = ''] = String((await client.send('GET', location)).headers['range']).split('-');
        const from = last === '0' ? 0 : Number(last) + 1;
        return patch(location, bytes.subarray(from), `${from}-${bytes.length - 1}`);
      };
      let rest = await resume();
      for (let attempt = 0; rest.status === 416 && attempt < 500; attempt++) rest = await resume();
      expect([rest.status, rest.headers['range']]).toEqual([202, '0-29999']);
      await expectStored(await finish(location, digest), repository, bytes);
    });
  });

  describe('sha512', () => {
    test('is announced with digest-algorithm and works on every way of pushing and pulling', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const [two, chunked, single] = [aBlob(), aBlob(), aBlob()];

      await pushBlob(client, repository, two, { algorithm: 'sha512' });
      const started = await start(repository, '?digest-algorithm=sha512');
      const sent = await patch(locationOf(started), chunked, `0-${chunked.length - 1}`);
      await expectStored(
        await finish(locationOf(sent), digestOf(chunked, 'sha512')),
        repository,
        chunked,
        digestOf(chunked, 'sha512'),
      );
      const inOne = await start(repository, `?digest=${digestOf(single, 'sha512')}`, single);
      await expectStored(inOne, repository, single, digestOf(single, 'sha512'));

      for (const bytes of [two, chunked, single]) {
        const head = await client.send('HEAD', `/v2/${repository}/blobs/${digestOf(bytes, 'sha512')}`);
        expect(head.headers['docker-content-digest']).toBe(digestOf(bytes, 'sha512'));
      }
    });

    test('is found out at the end when nobody announced it', async () => {
      const repository = await subject().registry.freshRepository();
      const bytes = aBlob();
      const digest = digestOf(bytes, 'sha512');
      const sent = await patch(locationOf(await start(repository)), bytes);

      await expectStored(await finish(locationOf(sent), digest), repository, bytes, digest);
    });

    test.each(['md5', 'sha384', 'SHA512', ''])('digest-algorithm=%s is refused', async (algorithm) => {
      const repository = await subject().registry.freshRepository();
      const answer = await start(repository, `?digest-algorithm=${algorithm}`);
      expect([answer.status, errorCodes(answer)]).toEqual([400, ['DIGEST_INVALID']]);
    });
  });

  describe('an upload', () => {
    test('that is cancelled is gone, and so are its bytes', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const bytes = aBlob();
      const location = locationOf(await patch(locationOf(await start(repository)), bytes));

      const cancelled = await client.send('DELETE', location);

      expect([cancelled.status, cancelled.body.length]).toEqual([204, 0]);
      const after = [
        await client.send('GET', location),
        await patch(location, bytes),
        await finish(location, digestOf(bytes)),
        await client.send('DELETE', location),
      ];
      for (const answer of after) {
        expect([answer.status, errorCodes(answer)]).toEqual([404, ['BLOB_UPLOAD_UNKNOWN']]);
      }
      expect((await pull(repository, digestOf(bytes))).status).toBe(404);
    });

    test.each(['00000000-0000-4000-8000-000000000000', 'not-an-id', '1', '%00', 'a%2Fb'])(
      'with the id %s that nobody began answers 404',
      async (id) => {
        const { client, registry } = subject();
        const repository = await registry.freshRepository();
        for (const method of ['GET', 'PATCH', 'DELETE', 'PUT']) {
          const query = method === 'PUT' ? `?digest=${ABSENT}` : '';
          const answer = await client.send(method, `/v2/${repository}/blobs/uploads/${id}${query}`);
          expect([method, answer.status, errorCodes(answer)]).toEqual([method, 404, ['BLOB_UPLOAD_UNKNOWN']]);
        }
      },
    );

    test('is not reached through another repository', async () => {
      const { client, registry } = subject();
      const [one, other] = [await registry.freshRepository(), await registry.freshRepository()];
      const location = locationOf(await start(one));

      const answer = await client.send('GET', location.replace(`/v2/${one}/`, `/v2/${other}/`));

      expect([answer.status, errorCodes(answer)]).toEqual([404, ['BLOB_UPLOAD_UNKNOWN']]);
    });

    test('in a repository that does not exist is refused', async () => {
      const answer = await start('never/heard-of');
      expect([answer.status, errorCodes(answer)]).toEqual([404, ['NAME_UNKNOWN']]);
    });

    test('once complete cannot be completed again', async () => {
      const repository = await subject().registry.freshRepository();
      const bytes = aBlob();
      const location = locationOf(await start(repository));
      await expectStored(await finish(location, digestOf(bytes), bytes), repository, bytes);

      expect((await finish(location, digestOf(bytes))).status).toBe(404);
    });

    test('of a blob that is there already succeeds', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const bytes = aBlob();
      await pushBlob(client, repository, bytes);

      const again = await finish(locationOf(await start(repository)), digestOf(bytes), bytes);

      await expectStored(again, repository, bytes);
    });
  });

  describe('mounting', () => {
    const mount = (to: string, digest: string, from?: string) =>
      start(to, `?mount=${digest}${from === undefined ? '' : `&from=${from}`}`);

    test.each([
      ['from the repository that is named', true],
      ['from wherever it is, when none is named', false],
    ])('takes the blob %s', async (_what, isNamed) => {
      const { client, registry } = subject();
      const [from, to] = [await registry.freshRepository(), await registry.freshRepository()];
      const bytes = aBlob();
      const { digest } = await pushBlob(client, from, bytes);

      const mounted = await mount(to, digest, isNamed ? from : undefined);

      await expectStored(mounted, to, bytes);
    });

    test.each([
      ['never/heard-of', 'does not exist'],
      ['..%2f..%2fetc', 'is no name'],
    ])('from %s, which %s, begins an upload instead', async (from) => {
      const repository = await subject().registry.freshRepository();
      const bytes = aBlob();

      const started = await mount(repository, digestOf(bytes), from);

      expect(started.status).toBe(202);
      await expectStored(await finish(locationOf(started), digestOf(bytes), bytes), repository, bytes);
    });

    test('a blob that the source has not begins an upload instead', async () => {
      const [from, to] = [await subject().registry.freshRepository(), await subject().registry.freshRepository()];
      expect((await mount(to, ABSENT, from)).status).toBe(202);
      expect((await mount(to, ABSENT)).status).toBe(202);
    });

    test('a digest that is none is refused', async () => {
      const repository = await subject().registry.freshRepository();
      const answer = await mount(repository, 'sha256:zz', repository);
      expect([answer.status, errorCodes(answer)]).toEqual([400, ['DIGEST_INVALID']]);
    });
  });
}
