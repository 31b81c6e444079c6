import { beforeAll, describe, expect, test } from 'vitest';
import { aBlob, errorCodes, pushBlob, type Subject } from './registry-under-test.ts';

const SIZE = 3_000;

/** distribution-spec 1.1, "Pulling blobs"; RFC 9110, 14. */
export function ranges(subject: () => Subject): void {
  describe('ranges of blobs', () => {
    const bytes = aBlob(SIZE);
    let path = '';
    let etag = '';

    beforeAll(async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const { digest } = await pushBlob(client, repository, bytes);
      path = `/v2/${repository}/blobs/${digest}`;
      etag = `"${digest}"`;
    });

    test.each([
      ['bytes=500-1499', 500, 1499],
      ['bytes=0-0', 0, 0],
      ['bytes=500-', 500, SIZE - 1],
      ['bytes=-500', SIZE - 500, SIZE - 1],
      ['bytes=2000-5000', 2000, SIZE - 1],
      [`bytes=${SIZE - 1}-`, SIZE - 1, SIZE - 1],
      ['bytes=-100000', 0, SIZE - 1],
    ])('%s answers 206 with exactly those bytes', async (range, first, last) => {
      const got = await subject().client.send('GET', path, { headers: { Range: range } });

      expect(got.status).toBe(206);
      expect(got.body).toEqual(bytes.subarray(first, last + 1));
      expect(got.headers['content-length']).toBe(String(last - first + 1));
      expect(got.headers['content-range']).toBe(`bytes ${first}-${last}/${SIZE}`);
    });

    test.each(['bytes=500-0', 'bytes=5000-10000', `bytes=${SIZE}-`, 'bytes=-0'])('%s answers 416', async (range) => {
      const got = await subject().client.send('GET', path, { headers: { Range: range } });

      expect(got.status).toBe(416);
      expect(got.headers['content-range']).toBe(`bytes */${SIZE}`);
      expect(errorCodes(got)).toHaveLength(1);
    });

    test.each(['bytes=0-1,5-6', 'lines=1-2', 'bytes=x-y', 'bytes=', 'bytes=--1'])('%s is ignored', async (range) => {
      const got = await subject().client.send('GET', path, { headers: { Range: range } });

      expect(got.status).toBe(200);
      expect(got.body).toEqual(bytes);
    });

    test('If-Range of this content keeps the range, and of other content takes it away', async () => {
      const { client } = subject();
      const same = await client.send('GET', path, { headers: { Range: 'bytes=1-2', 'If-Range': etag } });
      const other = await client.send('GET', path, { headers: { Range: 'bytes=1-2', 'If-Range': '"other"' } });

      expect([same.status, same.body]).toEqual([206, bytes.subarray(1, 3)]);
      expect([other.status, other.body]).toEqual([200, bytes]);
    });

    test('HEAD ignores a range', async () => {
      const head = await subject().client.send('HEAD', path, { headers: { Range: 'bytes=1-2' } });

      expect([head.status, head.headers['content-length']]).toEqual([200, String(SIZE)]);
    });

    test('of an empty blob no range can be satisfied, and all of it is nothing', async () => {
      const { client, registry } = subject();
      const repository = await registry.freshRepository();
      const { digest } = await pushBlob(client, repository, Buffer.alloc(0));

      const range = await client.send('GET', `/v2/${repository}/blobs/${digest}`, { headers: { Range: 'bytes=0-' } });
      const whole = await client.send('GET', `/v2/${repository}/blobs/${digest}`);

      expect(range.status).toBe(416);
      expect([whole.status, whole.body.length, whole.headers['content-length']]).toEqual([200, 0, '0']);
    });
  });
}
