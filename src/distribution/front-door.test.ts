import { createServer, type Server } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { type Client, clientOf } from '../../test/conformance/http-client.ts';
import { aBlob, jsonOf, pushBlob } from '../../test/conformance/registry-under-test.ts';
import { auditTrail } from '../audit/trail.ts';
import { StorageFull } from '../storage/blobs/port.ts';
import type { World } from '../world.ts';
import { ociFrontDoor } from './front-door.ts';

let berth: TestBerth;
let server: Server | undefined;
let notes: Record<string, unknown>;

beforeEach(async () => {
  notes = {};
  berth = await startBerth();
  await berth.createRepository('app');
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  await berth.stop();
});

const HERE = { address: '127.0.0.1', isSecure: false };

/** The door on the same data, but with something broken. */
async function doorOf(broken: Partial<World>): Promise<Client> {
  const world = { ...berth.world, ...broken };
  const { trail } = auditTrail(world.metadata, { files: undefined, log: world.log });
  const door = ociFrontDoor({ world, trail, throttle: { count: () => undefined } });
  const listening = createServer((request, response) => {
    const note = (fields: object) => void Object.assign(notes, fields);
    void door({ request, response, requestId: 'the-request', from: HERE, log: world.log, note });
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return clientOf(`http://127.0.0.1:${address.port}`, berth.authorization);
}

const errorsLogged = () => berth.log.filter((it) => it['level'] === 'error');

describe('the OCI door', () => {
  test('tells nothing of a fault of ours but the request it happened in, and logs it', async () => {
    const { metadata } = berth.world;
    const client = await doorOf({
      metadata: { ...metadata, read: (work) => metadata.read(work), write: () => Promise.reject(new Error('secret')) },
    });

    const answer = await client.send('POST', '/v2/app/blobs/uploads/');

    expect(answer.status).toBe(500);
    expect(jsonOf(answer)).toEqual({
      errors: [{ code: 'UNKNOWN', message: 'Internal error. Request id: the-request' }],
    });
    expect(errorsLogged()).toMatchObject([{ err: { message: 'secret' }, message: 'request failed' }]);
  });

  test('cuts an answer whose bytes end before their time', async () => {
    const whole = clientOf(berth.url, berth.authorization);
    const { digest } = await pushBlob(whole, 'app', aBlob(1_000_000));
    async function* half() {
      yield Buffer.alloc(100_000);
      throw new Error('disk is gone');
    }
    const { blobs } = berth.world;
    const client = await doorOf({
      blobs: { ...blobs, read: async () => Readable.from(half()), has: (key) => blobs.has(key) },
    });

    await expect(client.send('GET', `/v2/app/blobs/${digest}`)).rejects.toThrow(/aborted|hang up/);
    await expect.poll(() => errorsLogged().map((it) => it['message'])).toEqual(['answer failed']);
  });

  test('says so when there is no room, and the upload goes on when there is again', async () => {
    const bytes = aBlob(200_000);
    const { blobs } = berth.world;
    let isFull = true;
    const client = await doorOf({
      blobs: {
        ...blobs,
        append: async (draft, source, checkpoint) => {
          if (!isFull) return blobs.append(draft, source, checkpoint);
          for await (const _ of source) throw new StorageFull('no space left');
          return draft;
        },
        begin: (key) => blobs.begin(key),
        complete: (draft) => blobs.complete(draft),
        discard: (draft) => blobs.discard(draft),
        has: (key) => blobs.has(key),
      },
    });
    const started = await client.send('POST', '/v2/app/blobs/uploads/');
    const location = String(started.headers['location']);

    const refused = await client.send('PATCH', location, { body: bytes });
    isFull = false;
    const again = await client.send('PATCH', location, { body: bytes });

    expect(refused.status).toBe(507);
    expect(String(refused.body)).toContain('no room left');
    expect([again.status, again.headers['range']]).toEqual([202, `0-${bytes.length - 1}`]);
  });

  test('notes who asked for what, for the line that is logged', async () => {
    const client = await doorOf({});

    await client.send('GET', '/v2/app/manifests/none');

    expect(notes).toEqual({
      principalArn: 'arn:aws:iam::123456789012:root',
      account: '123456789012',
      region: 'us-east-1',
      route: 'GET /v2/{name}/manifests/{reference}',
      repositoryName: 'app',
      errorCode: 'ImageNotFoundException',
    });
  });
});
