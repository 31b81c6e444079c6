import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request as send } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import type { Log } from '../world.ts';
import { makeAuthority } from './certificate-authority.ts';
import type { Door, Doors } from './door.ts';
import { health } from './health.ts';
import { type Listener, listen, type TlsFiles } from './server.ts';

interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function logInto(lines: Line[], inherited: Line['fields'] = {}): Log {
  const at = (level: string) => (fields: Line['fields'], message: string) => {
    lines.push({ level, message, fields: { ...inherited, ...fields } });
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => logInto(lines, { ...inherited, ...fields }),
  };
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function start(doors: Partial<Doors> = {}, tls?: TlsFiles): Promise<{ listener: Listener; lines: Line[] }> {
  const lines: Line[] = [];
  const nothing: Door = async ({ response }) => void response.end();
  let count = 0;
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    tls,
    log: logInto(lines),
    isTrustedProxy: () => false,
    ids: { uuid: () => `id-${++count}` },
    doors: { distribution: nothing, aws: nothing, health: nothing, welcome: nothing, metrics: nothing, ...doors },
  });
  stops.push(() => listener.close());
  return { listener, lines };
}

/** A request that is begun and not ended: the caller writes the body. */
function begin(listener: Listener, path: string, options: { method?: string; headers?: object; agent?: Agent } = {}) {
  const request = send({ port: listener.port, host: '127.0.0.1', path, ...options, headers: { ...options.headers } });
  request.on('error', () => {});
  return request;
}

async function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  const [response] = await once(request, 'response');
  return response;
}

describe('a request', () => {
  test('is logged once with the id that its answer carries, with notes and without its query', async () => {
    const { listener, lines } = await start({
      distribution: async ({ response, note }) => {
        note({ route: 'base' });
        response.writeHead(418).end('tea');
      },
    });

    const answer = await answerOf(begin(listener, '/v2/?X-Amz-Signature=secret').end());
    expect(await text(answer)).toBe('tea');
    await expect.poll(() => lines).toHaveLength(1);

    const [line] = lines;
    expect(answer.headers['x-amzn-requestid']).toBe('id-1');
    expect(answer.headers.date).toBeDefined();
    expect(line).toMatchObject({ level: 'info', message: 'request answered' });
    expect(line?.fields).toMatchObject({ requestId: 'id-1', method: 'GET', path: '/v2/', status: 418, route: 'base' });
    expect(line?.fields['bytesIn']).toBeGreaterThan('GET /v2/'.length);
    expect(line?.fields['bytesOut']).toBeGreaterThan('tea'.length);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  test('whose door has a bug is answered with 500 and an id, and the bug is logged', async () => {
    const { listener, lines } = await start({ distribution: () => Promise.reject(new Error('a bug')) });

    const answer = await answerOf(begin(listener, '/v2/').end());

    expect(answer.statusCode).toBe(500);
    expect(await text(answer)).toBe('Internal error. Request id: id-1\n');
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', message: 'request failed' }));
  });

  test('that is for no door is told where the doors are', async () => {
    const { listener } = await start();

    const answer = await answerOf(begin(listener, '/v1/_ping').end());

    expect(answer.statusCode).toBe(404);
    expect(await text(answer)).toContain('/v1/_ping');
  });

  test('that waits for 100 Continue and is refused sends no body, and its connection ends', async () => {
    const { listener } = await start({ distribution: async ({ response }) => void response.writeHead(401).end() });
    const request = begin(listener, '/v2/', {
      method: 'PUT',
      headers: { Expect: '100-continue', 'Content-Length': 5 },
    });
    let continued = false;
    request.on('continue', () => {
      continued = true;
    });
    request.flushHeaders();

    const answer = await answerOf(request);

    expect(answer.statusCode).toBe(401);
    expect(answer.headers.connection).toBe('close');
    expect(continued).toBe(false);
    request.destroy();
  });

  test('that waits for 100 Continue hears it when its body is read', async () => {
    const { listener } = await start({
      distribution: async ({ request, response }) => void response.end(await text(request)),
    });
    const request = begin(listener, '/v2/', { method: 'PUT', headers: { Expect: '100-continue' } });
    request.on('continue', () => request.end('body'));
    request.flushHeaders();

    expect(await text(await answerOf(request))).toBe('body');
  });

  test('with a path of odd characters reaches its door as it was sent', async () => {
    const { listener } = await start({
      distribution: async ({ request, response }) => void response.end(request.url),
    });
    const socket = connect(listener.port, '127.0.0.1');
    socket.write('GET /v2/a%2F..%2Fb/../%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');

    expect(await text(socket)).toContain('/v2/a%2F..%2Fb/../%00');
  });
});

describe('draining', () => {
  test('cuts no request in flight, ends its connection after it, and takes no new one', async () => {
    const { promise: mayEnd, resolve: letEnd } = Promise.withResolvers<void>();
    const { promise: begun, resolve: hasBegun } = Promise.withResolvers<void>();
    const { listener } = await start({
      distribution: async ({ response }) => {
        response.write('first ');
        hasBegun();
        await mayEnd;
        response.end('last');
      },
    });
    const agent = new Agent({ keepAlive: true });
    const answer = answerOf(begin(listener, '/v2/', { agent }).end());
    await begun;

    const drained = listener.drain();
    await expect(once(connect(listener.port, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED');
    letEnd();

    expect(await text(await answer)).toBe('first last');
    await drained;
    agent.destroy();
  });
});

test.each(['HTTP', 'HTTPS'])(
  'draining %s does not wait for a connection on which nothing was asked',
  async (scheme) => {
    const authority = await makeAuthority(new Date(), Buffer.alloc(16, 1));
    const { listener } = await start({}, scheme === 'HTTPS' ? authority : undefined);
    const silent = connect(listener.port, '127.0.0.1');
    silent.on('error', () => {});
    await once(silent, 'connect');

    await listener.drain();
  },
);

test('draining does not wait for an idle connection', async () => {
  const { listener } = await start();
  const agent = new Agent({ keepAlive: true });
  await text(await answerOf(begin(listener, '/v2/', { agent }).end()));

  await listener.drain();

  agent.destroy();
});

test('after the last call requests are answered, each as the last of its connection', async () => {
  const { listener } = await start();
  const agent = new Agent({ keepAlive: true });
  const kept = await answerOf(begin(listener, '/v2/', { agent }).end());
  await text(kept);
  expect(kept.headers.connection).toBe('keep-alive');

  listener.lastCall();

  for (let count = 0; count < 2; count++) {
    const last = await answerOf(begin(listener, '/v2/', { agent }).end());
    await text(last);
    expect(last.headers.connection).toBe('close');
  }
  await listener.drain();
  agent.destroy();
});

describe('/readyz', () => {
  async function ask(listener: Listener, path: string): Promise<string> {
    const answer = await answerOf(begin(listener, path).end());
    return `${answer.statusCode} ${(await text(answer)).trim()}`;
  }

  test('is 200 while storage serves, and asks it once for many callers', async () => {
    let asked = 0;
    const state = health();
    state.ready(async () => asked++);
    const { listener } = await start({ health: state.door });

    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(listener, '/readyz')));

    expect(new Set(answers)).toEqual(new Set(['200 ready']));
    expect(asked).toBe(1);
  });

  test('is 503 when storage fails; /healthz stays 200', async () => {
    const state = health();
    state.ready(() => Promise.reject(new Error('disk on fire')));
    const { listener } = await start({ health: state.door });

    expect(await ask(listener, '/readyz')).toBe('503 storage fails');
    expect(await ask(listener, '/healthz')).toBe('200 alive');
  });

  test('is 503 while starting and while draining', async () => {
    const state = health({ askedEachMs: 60_000, noticedInMs: 0 });
    const { listener } = await start({ health: state.door });
    expect(await ask(listener, '/readyz')).toBe('503 starting');

    state.ready(() => Promise.resolve());
    const drained = state.drain();

    expect(await ask(listener, '/readyz')).toBe('503 draining');
    await drained;
  });

  test('a node that nobody asks drains at once; whether it is alive does not count', async () => {
    const state = health({ askedEachMs: 60_000, noticedInMs: 60_000 });
    const { listener } = await start({ health: state.door });
    await ask(listener, '/healthz');
    await state.drain();
  });

  test('a node that is asked drains when that was told, and some time to act on it has passed', async () => {
    const state = health({ askedEachMs: 60_000, noticedInMs: 50 });
    const { listener } = await start({ health: state.door });
    await ask(listener, '/readyz');

    let isDrained = false;
    const drained = state.drain().then(() => {
      isDrained = true;
    });
    await ask(listener, '/healthz');
    expect(isDrained).toBe(false);
    const startedAt = performance.now();
    await ask(listener, '/readyz');
    await drained;
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
  });

  test('a node whose balancer has gone does not wait for it for ever', async () => {
    const state = health({ askedEachMs: 50, noticedInMs: 0 });
    const { listener } = await start({ health: state.door });
    await ask(listener, '/readyz');
    await state.drain();
  });
});
