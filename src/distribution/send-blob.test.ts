import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { pushLayer } from '../../test/manifests.ts';

const MIB = 1024 * 1024;

describe('blobs that are sent from memory that is used again', () => {
  const blobs = Array.from({ length: 3 }, () => randomBytes(3 * MIB + 12_345));
  let berth: TestBerth;
  let digests: string[];
  beforeAll(async () => {
    berth = await startBerth();
    await berth.createRepository('app');
    digests = [];
    for (const bytes of blobs) {
      digests.push((await pushLayer(berth.world, berth.registry, 'app', bytes)).digest);
    }
  });
  afterAll(() => berth.stop());

  test('arrive whole at many clients at once, quick and slow', async () => {
    const clients = Array.from({ length: 24 }, (_, i) => digests[i % digests.length] ?? '');

    const received = await Promise.all(clients.map((digest, i) => digestOfBody(pathOf(digest), i % 2 === 0)));

    expect(received).toEqual(clients);
  });

  test('arrive whole when a client asks for all of them before it reads any', async () => {
    const [first = '', second = ''] = digests;
    const socket = connect(berth.settings.port, '127.0.0.1');
    socket.write(requestFor(first) + requestFor(second) + requestFor(first, 'close'));
    const received = Buffer.concat(await socket.toArray());

    const bodies = received.toString('latin1').split(/HTTP\/1\.1 200 OK\r\n[\s\S]*?\r\n\r\n/);
    expect(bodies.slice(1).map((it) => sha256(Buffer.from(it, 'latin1')))).toEqual([first, second, first]);
  });

  function pathOf(digest: string): string {
    return `/v2/app/blobs/${digest}`;
  }

  function requestFor(digest: string, connection = 'keep-alive'): string {
    const headers = `Host: ${berth.host}\r\nAuthorization: ${berth.authorization}\r\nConnection: ${connection}\r\n`;
    return `GET ${pathOf(digest)} HTTP/1.1\r\n${headers}\r\n`;
  }

  async function digestOfBody(path: string, isSlow: boolean): Promise<string> {
    const request = get(berth.url + path, { agent: false, headers: { authorization: berth.authorization } });
    const [answer] = await once(request, 'response');
    const hash = createHash('sha256');
    for await (const chunk of answer) {
      hash.update(chunk);
      if (isSlow) await new Promise((resume) => setImmediate(resume));
    }
    return `sha256:${hash.digest('hex')}`;
  }
});

function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
