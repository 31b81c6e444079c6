import { setImmediate } from 'node:timers/promises';
import type { MsgHdrs, NatsConnection, TlsOptions } from '@nats-io/transport-node';
import { addressesOf } from '../outbound/guard.ts';
import type { ClientOptions } from '../outbound/guarded-client.ts';
import { knownAuthorities } from '../outbound/trust.ts';
import type { Clock } from '../world.ts';
import { NotCarried, type SubjectAddress, type SubjectMessage } from './port.ts';
import { asNotCarried } from './sqs.ts';

/** The servers that the operator named, and what Berth is known by there. */
export interface SubjectService {
  readonly servers: readonly string[];
  /** What a credentials file holds: a user's JWT and seed. */
  readonly credentials?: string | undefined;
  readonly user?: string | undefined;
  /** Without a user it is a token. */
  readonly password?: string | undefined;
}

export interface Subjects {
  publish(address: SubjectAddress, message: SubjectMessage): Promise<void>;
  close(): Promise<void>;
}

interface NatsOptions {
  readonly guard: ClientOptions;
  readonly clock: Clock;
  readonly service: SubjectService;
  /** For each step: a connection, an answer. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** So long it is taken for granted that a subject has a stream, or none. */
const STREAMS_KNOWN_MS = 30_000;

/** Loaded when the first event goes there. */
const library = () => import('@nats-io/transport-node');

/** Publishes on the servers that the settings name: one connection for each, opened when it is needed. */
export function natsSubjects(options: NatsOptions): Subjects {
  const connections = new Map<string, Promise<Connection>>();

  function connectionTo(server: string): Promise<Connection> {
    const kept = connections.get(server);
    if (kept) return kept;
    const opening = openConnection(server, options);
    connections.set(server, opening);
    const forget = () => {
      if (connections.get(server) === opening) connections.delete(server);
    };
    opening.then(({ nats }) => nats.closed()).then(forget, forget);
    return opening;
  }

  return {
    async publish({ server, subject }, message) {
      if (!options.service.servers.includes(server)) {
        throw new NotCarried(`Events do not go to ${server}: BERTH_NATS_SERVERS does not name it.`, {
          code: 'BAD_ENDPOINT',
          isFinal: true,
        });
      }
      try {
        await publishOn(await connectionTo(server), subject, message, options.clock);
      } catch (error) {
        throw notCarried(server, error);
      }
    },
    async close() {
      const all = await Promise.allSettled(connections.values());
      await Promise.all(all.map((it) => (it.status === 'fulfilled' ? it.value.nats.close() : undefined)));
    },
  };
}

interface Connection {
  readonly nats: NatsConnection;
  /** Whether a stream keeps what is published on a subject, and until when that is known. */
  readonly streams: Map<string, { readonly isThere: boolean; readonly until: number }>;
  /** What the server had against messages since the connection began, by their subject. */
  readonly forbidden: Map<string, Error>;
  readonly headersOf: (message: SubjectMessage) => MsgHdrs;
}

/** The connection goes to addresses that were looked at, and to no other that the server tells of. */
async function openConnection(
  server: string,
  { guard, service, timeoutMs = TIMEOUT_MS }: NatsOptions,
): Promise<Connection> {
  const { hostname, port, protocol } = new URL(server);
  const addresses = await addressesOf(hostname, guard, { isPlain: protocol === 'nats:' });
  const { connect, headers } = await library();
  const nats = await connect({
    servers: addresses.map((it) => `${it.includes(':') ? `[${it}]` : it}:${port}`),
    ...(await identityOf(service)),
    ignoreClusterUpdates: true,
    noRandomize: true,
    reconnect: false,
    timeout: timeoutMs,
    name: 'berth',
    tls: protocol === 'tls:' ? tlsTo(hostname, guard.authorities) : null,
  });
  const forbidden = new Map<string, Error>();
  watch(nats, forbidden).catch(() => {});
  const headersOf = ({ id }: SubjectMessage) => {
    const all = headers();
    all.set('Nats-Msg-Id', id);
    all.set('Content-Type', 'application/json');
    return all;
  };
  return { nats, streams: new Map(), forbidden, headersOf };
}

async function identityOf({ credentials, user, password }: SubjectService): Promise<object> {
  if (credentials !== undefined) {
    const { credsAuthenticator } = await library();
    return { authenticator: credsAuthenticator(Buffer.from(credentials)) };
  }
  if (user !== undefined) return { user, pass: password };
  return password === undefined ? {} : { token: password };
}

/** The host's own name is what the certificate must be for, though the connection goes to an address. */
function tlsTo(hostname: string, authorities: string | undefined): TlsOptions {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const isName = /[a-z]/i.test(host) && !host.includes(':');
  const toNode = isName ? { servername: host } : { host, servername: '' };
  return { ca: knownAuthorities(authorities).join('\n'), ...toNode };
}

async function watch(nats: NatsConnection, forbidden: Map<string, Error>): Promise<void> {
  const { PermissionViolationError } = await library();
  for await (const status of nats.status()) {
    if (status.type !== 'error') continue;
    if (status.error instanceof PermissionViolationError) forbidden.set(status.error.subject, status.error);
  }
}

async function publishOn(
  connection: Connection,
  subject: string,
  message: SubjectMessage,
  clock: Clock,
): Promise<void> {
  const { nats, forbidden, streams, headersOf } = connection;
  const headers = headersOf(message);
  if (await hasStream(connection, subject, clock)) {
    const answer = await nats.request(subject, message.body, { headers, timeout: TIMEOUT_MS }).catch((error) => {
      streams.delete(subject);
      throw error;
    });
    const said = answer.json<{ readonly stream?: string; readonly error?: { readonly description?: string } }>();
    if (said.stream === undefined) throw new Error(said.error?.description ?? 'The stream did not take it.');
    return;
  }
  forbidden.delete(subject);
  nats.publish(subject, message.body, { headers });
  await nats.flush();
  // What the server had against it came before the answer to that, and is told a moment later.
  await setImmediate();
  const error = forbidden.get(subject);
  if (error) throw error;
}

/** JetStream's own question, which nobody answers where there is no JetStream. */
async function hasStream({ nats, streams }: Connection, subject: string, clock: Clock): Promise<boolean> {
  const now = clock.now().getTime();
  const known = streams.get(subject);
  if (known && known.until > now) return known.isThere;
  const { PermissionViolationError, RequestError } = await library();
  const isThere = await nats
    .request('$JS.API.STREAM.NAMES', JSON.stringify({ subject }), { timeout: TIMEOUT_MS })
    .then((answer) => (answer.json<{ readonly streams?: readonly string[] | null }>().streams?.length ?? 0) > 0)
    .catch((error: unknown) => {
      if (error instanceof RequestError && error.isNoResponders()) return false;
      const why = error instanceof Error ? (error.cause ?? error) : error;
      if (why instanceof PermissionViolationError) return false;
      throw error;
    });
  streams.set(subject, { isThere, until: now + STREAMS_KNOWN_MS });
  return isThere;
}

function notCarried(server: string, error: unknown): unknown {
  const known = asNotCarried(error);
  if (known instanceof NotCarried) return known;
  const why = error instanceof Error ? error.message : String(error);
  const isLate = error instanceof Error && error.name === 'TimeoutError';
  const isForbidden = error instanceof Error && /PermissionViolation|Authorization/.test(error.name);
  const code = isLate ? 'TIMEOUT' : isForbidden ? 'NO_PERMISSIONS' : 'CONNECTION_FAILURE';
  return new NotCarried(`${server}: ${why}`, { code, cause: error });
}
