import { X509Certificate } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { type HttpsServer, startHttps } from '../../test/servers/https.ts';
import { inNetworks } from './addresses.ts';
import { guardedClient } from './guarded-client.ts';
import type { Bounds, Outbound } from './port.ts';

const BOUNDS = { maxBytes: 1_000, timeoutMs: 10_000 };
const MESSAGE = { contentType: 'application/json', body: '{}' };
const NAMES = ['issuer.example.com', 'other.example.com', '127.0.0.1'];

const servers: HttpsServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((it) => it.close()));
});

interface Stage {
  readonly client: Outbound;
  readonly port: number;
  /** What the server was asked for, with the host. */
  readonly asked: string[];
  /** Names that were resolved. */
  readonly resolved: string[];
  readonly authority: string;
}

/** A server on loopback, and a client that may ask it and finds every name there. */
async function stage(
  answer: RequestListener,
  options: { readonly names?: string[]; readonly addresses?: string[]; readonly trusts?: boolean } = {},
): Promise<Stage> {
  const { names = NAMES, addresses = ['127.0.0.1'], trusts = true } = options;
  const asked: string[] = [];
  const server = await startHttps(names, (request, response) => {
    asked.push(`${request.headers.host?.replace(/:\d+$/, '')}${request.url}`);
    answer(request, response);
  });
  servers.push(server);
  const resolved: string[] = [];
  const client = guardedClient({
    async resolve(hostname) {
      resolved.push(hostname);
      return addresses;
    },
    mayAsk: inNetworks([{ address: '127.0.0.1', prefix: 32 }]),
    authorities: trusts ? server.authority : undefined,
  });
  return { client, port: server.port, asked, resolved, authority: server.authority };
}

const hello: RequestListener = (_request, response) => response.end('hello');
const failure = (kind: string) => expect.objectContaining({ name: 'OutboundError', failure: kind });

describe('the client', () => {
  test('gets what is at an address, whatever its status, and resolves its name once', async () => {
    const { client, port, resolved } = await stage((_request, response) => response.writeHead(404).end('nothing'));

    const answer = await client.get(`https://issuer.example.com:${port}/a`, BOUNDS);

    expect(answer).toMatchObject({ status: 404, body: Buffer.from('nothing') });
    expect(resolved).toEqual(['issuer.example.com']);
  });

  test('posts what it is given, and follows nothing', async () => {
    const { client, port } = await stage(async (request, response) => {
      const said = await text(request);
      response.writeHead(307, {
        location: '/elsewhere',
        'x-said': `${request.method} ${request.headers['content-type']} ${said}`,
      });
      response.end();
    });

    const message = { contentType: 'application/jose+json', body: '{"ä":1}' };
    const { status, headers } = await client.post(`https://issuer.example.com:${port}/a`, message, BOUNDS);

    expect(status).toBe(307);
    expect(headers['x-said']).toBe('POST application/jose+json {"ä":1}');
    await expect(client.post('https://127.0.0.1:1/', message, BOUNDS)).rejects.toThrow();
  });

  test('keeps a connection for the next message, and looks at the address each time', async () => {
    const ports = new Set<number | undefined>();
    const { client, port, resolved } = await stage((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('x'.repeat(2_000));
    });
    const post = (bounds: Bounds) => client.post(`https://issuer.example.com:${port}/a`, MESSAGE, bounds);

    await post({ ...BOUNDS, maxBytes: 2_000 });
    await post({ ...BOUNDS, maxBytes: 2_000 });

    expect(ports.size).toBe(1);
    expect(resolved).toHaveLength(2);
    await expect(post({ ...BOUNDS, cutsOff: true })).resolves.toMatchObject({ body: Buffer.from('x'.repeat(1_000)) });
    await expect(post(BOUNDS)).rejects.toEqual(failure('too large'));
  });

  test('sends a message once more when the connection that was kept has ended', async () => {
    const seen: string[] = [];
    const { client, port } = await stage((request, response) => {
      const { socket } = request;
      seen.push(request.url ?? '');
      // It hangs up when it is asked for a second time over the same connection, before it has answered.
      if (seen.length === 2) socket.destroy();
      else response.end('there');
    });
    const post = (path: string) => client.post(`https://issuer.example.com:${port}/${path}`, MESSAGE, BOUNDS);

    await post('a');
    const answer = await post('b');

    expect(answer.body.toString()).toBe('there');
    expect(seen).toEqual(['/a', '/b', '/b']);
  });

  test('sends the headers of a message, but in place of none of its own', async () => {
    let headers: Record<string, unknown> = {};
    const { client, port } = await stage((request, response) => {
      headers = request.headers;
      response.end();
    });

    const message = { ...MESSAGE, headers: { 'x-id': '1', 'User-Agent': 'other', 'Content-Length': '0' } };
    await client.post(`https://issuer.example.com:${port}/`, message, BOUNDS);

    expect(headers).toMatchObject({ 'x-id': '1', 'user-agent': 'Berth', 'content-length': '2' });
  });

  test('speaks plain HTTP where a message may be plain, inside the networks that were named', async () => {
    const { client, port, asked } = await stage((_request, response) => response.end('plain'), { names: [] });
    const plain = { ...MESSAGE, mayBePlain: true } as const;

    const { body } = await client.post(`http://inside.example.com:${port}/a`, plain, BOUNDS);

    expect(body.toString()).toBe('plain');
    await expect(client.post(`http://inside.example.com:${port}/a`, MESSAGE, BOUNDS)).rejects.toEqual(
      failure('refused'),
    );
    await expect(client.post('http://8.8.8.8/', plain, BOUNDS)).rejects.toEqual(failure('refused'));
    await expect(client.post('http://10.0.0.1/', plain, BOUNDS)).rejects.toEqual(failure('refused'));
    expect(asked).toEqual(['inside.example.com/a']);
  });

  test.each(['https://10.0.0.1/', 'https://169.254.169.254/latest/', 'https://[::ffff:127.0.0.2]/'])(
    'posts nothing inside: %s',
    async (address) => {
      const { client } = await stage(hello);

      await expect(client.post(address, { ...MESSAGE, mayBePlain: true }, BOUNDS)).rejects.toEqual(failure('refused'));
    },
  );

  test('connects to the address that it looked at, not to what the name means later', async () => {
    let times = 0;
    const server = await startHttps(NAMES, hello);
    servers.push(server);
    const client = guardedClient({
      // A name that changes its mind: outside when it is looked at, and then inside.
      resolve: async () => [times++ === 0 ? '127.0.0.1' : '127.0.0.2'],
      mayAsk: inNetworks([{ address: '127.0.0.1', prefix: 32 }]),
      authorities: server.authority,
    });

    await expect(client.get(`https://issuer.example.com:${server.port}/`, BOUNDS)).resolves.toMatchObject({
      status: 200,
    });
    expect(times).toBe(1);
  });

  test.each([
    ['an address inside', 'https://10.0.0.1/'],
    ['this machine', 'https://[::1]/'],
    ['this machine in another form', 'https://0x7f.2/'],
    ['this machine as IPv6', 'https://[::ffff:127.0.0.2]/'],
    ['the metadata service', 'https://169.254.169.254/latest/meta-data/'],
    ['plain HTTP', 'http://issuer.example.com/'],
    ['a file', 'file:///etc/passwd'],
    ['no address at all', 'issuer.example.com'],
    ['an address with a password', 'https://user:secret@issuer.example.com/'],
  ])('refuses %s and sends nothing', async (_what, address) => {
    const { client, asked } = await stage(hello);

    await expect(client.get(address, BOUNDS)).rejects.toEqual(failure('refused'));
    await expect(client.thumbprint(address, BOUNDS)).rejects.toEqual(failure('refused'));
    expect(asked).toEqual([]);
  });

  test.each([['10.0.0.1'], ['127.0.0.1', '192.168.0.1'], ['8.8.8.8', '::1']])(
    'refuses a name of which one address is inside: %s %s',
    async (...addresses) => {
      const { client, port, asked } = await stage(hello, { addresses });

      await expect(client.get(`https://issuer.example.com:${port}/`, BOUNDS)).rejects.toEqual(failure('refused'));
      expect(asked).toEqual([]);
    },
  );

  test('says that a name is unreachable when it has no address', async () => {
    const { client } = await stage(hello, { addresses: [] });

    await expect(client.get('https://issuer.example.com/', BOUNDS)).rejects.toEqual(failure('unreachable'));
  });

  test('says that nobody listens', async () => {
    const { client, port } = await stage(hello);
    await servers.pop()?.close();

    await expect(client.get(`https://issuer.example.com:${port}/`, BOUNDS)).rejects.toEqual(failure('unreachable'));
  });

  test('does not believe a certificate of an authority it does not know', async () => {
    const { client, port, asked } = await stage(hello, { trusts: false });

    await expect(client.get(`https://issuer.example.com:${port}/`, BOUNDS)).rejects.toEqual(failure('untrusted'));
    expect(asked).toEqual([]);
  });

  test('does not believe a certificate for another name', async () => {
    const { client, port } = await stage(hello, { names: ['other.example.com'] });

    await expect(client.get(`https://issuer.example.com:${port}/`, BOUNDS)).rejects.toEqual(failure('untrusted'));
  });

  test('follows a redirect inside the host', async () => {
    const { client, port, asked } = await stage((request, response) => {
      if (request.url === '/a') response.writeHead(302, { location: '/b' }).end();
      else response.end('there');
    });

    const { body } = await client.get(`https://issuer.example.com:${port}/a`, BOUNDS);

    expect(body.toString()).toBe('there');
    expect(asked).toEqual(['issuer.example.com/a', 'issuer.example.com/b']);
  });

  test.each([
    ['another host', 'https://other.example.com/'],
    ['another port', 'https://issuer.example.com:1/'],
    ['plain HTTP', 'http://issuer.example.com/'],
    ['inside', 'https://169.254.169.254/'],
    ['nowhere', 'https://'],
  ])('does not follow a redirect to %s', async (_where, location) => {
    const { client, port, asked } = await stage((_request, response) => response.writeHead(307, { location }).end());

    await expect(client.get(`https://issuer.example.com:${port}/a`, BOUNDS)).rejects.toEqual(failure('refused'));
    expect(asked).toEqual(['issuer.example.com/a']);
  });

  test('follows three redirects and not a fourth', async () => {
    const { client, port, asked } = await stage((request, response) =>
      response.writeHead(302, { location: `${request.url}x` }).end(),
    );

    await expect(client.get(`https://issuer.example.com:${port}/`, BOUNDS)).rejects.toEqual(failure('refused'));
    expect(asked).toHaveLength(4);
  });

  test.each([
    ['at the bound', 1_000],
    ['above it', 1_001],
  ])('takes a body as long as its bound and no longer: %s', async (_what, length) => {
    const { client, port } = await stage((_request, response) => response.end('x'.repeat(length)));
    const got = client.get(`https://issuer.example.com:${port}/`, BOUNDS);

    if (length > BOUNDS.maxBytes) await expect(got).rejects.toEqual(failure('too large'));
    else await expect(got).resolves.toMatchObject({ body: Buffer.from('x'.repeat(length)) });
  });

  test.each([
    ['never answers', (() => {}) satisfies RequestListener],
    ['never ends', ((_request, response) => response.write('x')) satisfies RequestListener],
  ])('does not wait for one who %s', async (_what, answer: RequestListener) => {
    const { client, port } = await stage(answer);

    await expect(
      client.get(`https://issuer.example.com:${port}/`, { maxBytes: 1_000, timeoutMs: 200 }),
    ).rejects.toEqual(failure('timed out'));
  });

  test('does not wait for a name that is never resolved', async () => {
    const client = guardedClient({ resolve: () => new Promise(() => {}), mayAsk: () => true });

    await expect(client.get('https://issuer.example.com/', { maxBytes: 1, timeoutMs: 50 })).rejects.toEqual(
      failure('timed out'),
    );
  });

  test('sends nothing that belongs to anybody', async () => {
    let headers: unknown;
    const { client, port } = await stage((request, response) => {
      headers = request.headers;
      response.end();
    });

    await client.get(`https://issuer.example.com:${port}/`, BOUNDS);

    expect(headers).toEqual({
      host: `issuer.example.com:${port}`,
      accept: 'application/json, */*;q=0.1',
      'accept-encoding': 'identity',
      'user-agent': 'Berth',
      connection: 'close',
    });
  });

  test('tells the thumbprint of the last certificate, also of one that nobody trusts', async () => {
    const { client, port, authority } = await stage(hello, { trusts: false });

    const thumbprint = await client.thumbprint(`https://issuer.example.com:${port}/x`, BOUNDS);

    expect(thumbprint).toBe(new X509Certificate(authority).fingerprint.replaceAll(':', '').toLowerCase());
  });
});
