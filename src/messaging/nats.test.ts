import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Nats, startNats, withNats } from '../../test/servers/nats.ts';
import { makeAuthority, makeCertificate } from '../http/certificate-authority.ts';
import { inNetworks } from '../outbound/addresses.ts';
import { natsSubjects, type SubjectService, type Subjects } from './nats.ts';

const LOOPBACK = inNetworks([{ address: '127.0.0.1', prefix: 32 }]);
const NOBODY = inNetworks([]);
const NOW = { now: () => new Date() };

const opened: Subjects[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((it) => it.close()));
});

interface Named extends Partial<SubjectService> {
  readonly server: string;
  readonly mayAsk?: (address: string) => boolean;
  readonly authorities?: string;
  readonly resolve?: () => Promise<readonly string[]>;
}

/** What publishes on the one server that the settings name. */
function subjectsOn({ server, mayAsk = LOOPBACK, authorities, resolve, ...service }: Named): Subjects {
  const guard = { resolve: resolve ?? (async () => ['127.0.0.1']), mayAsk, authorities };
  const subjects = natsSubjects({ guard, clock: NOW, service: { servers: [server], ...service } });
  opened.push(subjects);
  return subjects;
}

withNats('a subject of NATS', () => {
  let nats: Nats;
  beforeAll(async () => {
    nats = await startNats({
      users: `, { user: berth, password: secret, permissions: {
        publish: ["events.>", "kept.>", "$JS.API.STREAM.NAMES"], subscribe: "_INBOX.>" } }`,
    });
    await nats.keep('PUSHES', 'kept.>');
  });
  afterAll(() => nats.stop());
  const server = () => `nats://nats.example.com:${nats.port}`;
  const berth = { user: 'berth', password: 'secret' };

  test('hands a message to who listens, with its id', async () => {
    const heard = nats.client.subscribe('events.push', { max: 1 });
    await nats.client.flush();

    await subjectsOn({ server: server(), ...berth }).publish(
      { server: server(), subject: 'events.push' },
      { id: 'id-1', body: '{"ä":1}' },
    );

    for await (const message of heard) {
      expect(message.string()).toBe('{"ä":1}');
      expect(message.headers?.get('Nats-Msg-Id')).toBe('id-1');
    }
  });

  test('has a stream keep a message, and one that is sent again once', async () => {
    const subjects = subjectsOn({ server: server(), ...berth });
    const address = { server: server(), subject: 'kept.app' };

    for (const id of ['id-1', 'id-2', 'id-1']) await subjects.publish(address, { id, body: id });

    expect(await nats.kept('PUSHES')).toEqual(['id-1', 'id-2']);
  });

  test('that the user may not publish on is told, and the connection goes on', async () => {
    const subjects = subjectsOn({ server: server(), ...berth });

    const refused = subjects.publish({ server: server(), subject: 'other' }, { id: '1', body: '{}' });
    await expect(refused).rejects.toMatchObject({ name: 'NotCarried', code: 'NO_PERMISSIONS', isFinal: false });
    await subjects.publish({ server: server(), subject: 'events.x' }, { id: '1', body: '{}' });
  });

  test('is not published on by who has the wrong password', async () => {
    const subjects = subjectsOn({ server: server(), user: 'berth', password: 'other' });

    await expect(subjects.publish({ server: server(), subject: 'events.x' }, { id: '1', body: '' })).rejects.toThrow(
      /Authorization/i,
    );
  });

  test('is published on again after the server was away', async () => {
    const other = await startNats();
    const address = `nats://127.0.0.1:${other.port}`;
    const subjects = subjectsOn({ server: address, user: 'admin', password: 'admin' });
    const publish = () => subjects.publish({ server: address, subject: 'a' }, { id: '1', body: '' });
    await publish();
    await other.stop();
    await expect(publish()).rejects.toMatchObject({ name: 'NotCarried', isFinal: false });
    const again = await startNats({ port: other.port });

    await publish();

    await again.stop();
  });

  test('is reached by its address, whose name the certificate must be for', async () => {
    const authority = await makeAuthority(new Date(), randomBytes(16));
    const own = { now: new Date(), serial: randomBytes(16) };
    const made = await makeCertificate(authority, ['nats.example.com', '127.0.0.1'], own);
    const encrypted = await startNats({ tls: { ...made, authority: authority.certificate } });
    const publish = (host: string, options: Partial<Named> = {}) => {
      const named = `tls://${host}:${encrypted.port}`;
      const subjects = subjectsOn({ server: named, user: 'admin', password: 'admin', ...options });
      return subjects.publish({ server: named, subject: 'a' }, { id: '1', body: '' });
    };
    const trusting = { authorities: authority.certificate };

    await publish('nats.example.com', trusting);
    await publish('127.0.0.1', trusting);
    await expect(publish('other.example.com', trusting)).rejects.toThrow(/altnames/);
    await expect(publish('nats.example.com')).rejects.toThrow(/certificate/);

    await encrypted.stop();
  });
});

describe('a server of NATS', () => {
  const message = { id: '1', body: '' };

  test('that the settings do not name is not asked', async () => {
    const subjects = subjectsOn({ server: 'nats://nats.example.com:4222' });

    const published = subjects.publish({ server: 'nats://evil.example:4222', subject: 'a' }, message);
    await expect(published).rejects.toMatchObject({ code: 'BAD_ENDPOINT', isFinal: true });
  });

  test.each([
    ['inside, where nobody may ask', 'tls://10.0.0.1:4222', LOOPBACK],
    ['at the metadata service', 'tls://169.254.169.254:4222', LOOPBACK],
    ['outside, without encryption', 'nats://8.8.8.8:4222', LOOPBACK],
    ['here, where nobody may ask', 'nats://127.0.0.1:4222', NOBODY],
  ])('%s is refused', async (_, server, mayAsk) => {
    const published = subjectsOn({ server, mayAsk }).publish({ server, subject: 'a' }, message);

    await expect(published).rejects.toMatchObject({ code: 'BAD_ENDPOINT', isFinal: true });
  });

  test('is asked at the address that was looked at, and at no other that it tells of', async () => {
    const asked: string[] = [];
    const listening = createServer((socket) => {
      asked.push('first');
      const info = { server_id: 'x', version: '2.9.0', proto: 1, max_payload: 1_000, headers: true };
      socket.write(`INFO ${JSON.stringify({ ...info, connect_urls: ['127.0.0.2:4222', '10.0.0.1:4222'] })}\r\n`);
      socket.on('error', () => {});
      socket.once('data', () => socket.write('PONG\r\n', () => socket.destroy()));
    });
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const address = listening.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const server = `nats://nats.example.com:${port}`;
    let times = 0;
    const resolve = async () => [times++ === 0 ? '127.0.0.1' : '127.0.0.2'];

    const published = subjectsOn({ server, resolve }).publish({ server, subject: 'a' }, message);

    await expect(published).rejects.toMatchObject({ name: 'NotCarried', isFinal: false });
    expect(asked).toEqual(['first']);
    expect(times).toBe(1);
    listening.close();
  });

  test('that never says a word is not waited for', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const server = `nats://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
    const guard = { resolve: async () => [], mayAsk: LOOPBACK };
    const subjects = natsSubjects({ guard, clock: NOW, service: { servers: [server] }, timeoutMs: 100 });

    const published = subjects.publish({ server, subject: 'a' }, message);

    await expect(published).rejects.toMatchObject({ name: 'NotCarried', isFinal: false });
    silent.close();
  });
});
