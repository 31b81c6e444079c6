import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions, request as requestHttps } from 'node:https';
import { connect, type SecureContext } from 'node:tls';
import { type Destination, type Guard, lookAt } from './guard.ts';
import { type Answer, type Bounds, type Message, type Outbound, OutboundError, type OutboundFailure } from './port.ts';
import { pinnedTo } from './resolve.ts';
import { trustOf } from './trust.ts';

export interface ClientOptions extends Guard {
  /** PEM of authorities that are trusted beside those that the machine knows. */
  readonly authorities?: string | undefined;
}

const REDIRECTS_AT_MOST = 3;
const REDIRECTING = new Set([301, 302, 303, 307, 308]);
/** How many connections are kept for one address, how many for all, and how long nobody need use them. */
const KEPT = { keepAlive: true, maxFreeSockets: 4, maxTotalSockets: 256, timeout: 15_000 };

/**
 * The one client that leaves the machine for an address that somebody else chose. Each address is resolved once, every
 * one that it has is looked at, and the connection goes to those and no other; so does each redirect, which must stay on
 * its host. Nothing is sent that belongs to anybody: no cookies, no credentials.
 */
export function guardedClient({ authorities, ...guard }: ClientOptions): Outbound {
  const trusting = trustOf(authorities);
  // A connection that is kept goes where it went when its address was looked at.
  const agents = { 'http:': new HttpAgent(KEPT), 'https:': new HttpsAgent(KEPT) };

  return {
    async get(address, bounds) {
      const signal = AbortSignal.timeout(bounds.timeoutMs);
      return within(signal, async () => {
        let destination = await lookAt(address, guard);
        for (let followed = 0; followed <= REDIRECTS_AT_MOST; followed += 1) {
          const response = await send(destination, { ...trusting(), signal });
          const { statusCode: status = 0, headers } = response;
          if (bounds.staysThere || !REDIRECTING.has(status) || headers.location === undefined) {
            return { status, headers, body: await readAll(response, bounds) };
          }
          response.destroy();
          destination = await lookAt(nextAddress(destination.url, headers.location), guard);
        }
        throw new OutboundError('refused', `${address} leads from one address to the next.`);
      });
    },
    async post(address, message, bounds) {
      const signal = AbortSignal.timeout(bounds.timeoutMs);
      return within(signal, async () => {
        const destination = await lookAt(address, guard, message);
        const agent = destination.url.protocol === 'http:' ? agents['http:'] : agents['https:'];
        const sending = { ...trusting(), signal, message };
        const response = await send(destination, { ...sending, agent }).catch((error: unknown) => {
          if (!(error instanceof KeptTooLong)) throw error;
          return send(destination, sending);
        });
        const { statusCode: status = 0, headers } = response;
        return { status, headers, body: await readAll(response, bounds) };
      });
    },
    async thumbprint(address, { timeoutMs }) {
      const signal = AbortSignal.timeout(timeoutMs);
      return within(signal, async () => lastCertificate(await lookAt(address, guard), signal));
    },
  };
}

interface Sending {
  readonly secureContext: SecureContext;
  readonly signal: AbortSignal;
  readonly message?: Message;
  /** Keeps the connection; without one it ends with the answer. */
  readonly agent?: HttpAgent;
}

/** A connection that had been kept was at its end: whoever is there has not seen what was sent. */
class KeptTooLong extends Error {}

function send({ url, addresses }: Destination, { agent, message, ...sending }: Sending): Promise<IncomingMessage> {
  const options: RequestOptions = {
    agent: agent ?? false,
    headers: {
      ...message?.headers,
      accept: 'application/json, */*;q=0.1',
      'accept-encoding': 'identity',
      connection: agent ? 'keep-alive' : 'close',
      'user-agent': 'Berth',
      ...(message && { 'content-type': message.contentType, 'content-length': Buffer.byteLength(message.body) }),
    },
    ...(message && { method: 'POST' }),
    lookup: pinnedTo(addresses),
    ...sending,
  };
  return new Promise((resolve, reject) => {
    const request: ClientRequest = (url.protocol === 'http:' ? requestHttp : requestHttps)(url, options, resolve);
    request
      .on('error', (error: NodeJS.ErrnoException) => {
        const isOver = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        reject(isOver ? new KeptTooLong() : error);
      })
      .end(message?.body);
  });
}

/** @throws OutboundError when the redirect leaves the host */
function nextAddress(from: URL, location: string): string {
  const to = URL.parse(location, from);
  if (to === null || to.host !== from.host) {
    throw new OutboundError('refused', `${from.host} leads to another host: ${location.slice(0, 200)}`);
  }
  return to.href;
}

async function readAll(response: IncomingMessage, { maxBytes, cutsOff }: Bounds): Promise<Answer['body']> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes && cutsOff) return Buffer.concat([...chunks, chunk]).subarray(0, maxBytes);
    if (size > maxBytes) throw new OutboundError('too large', `The answer has more than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Nothing is sent and nothing believed: it is only looked at, so anybody's certificate will do. */
function lastCertificate({ url, addresses }: Destination, signal: AbortSignal): Promise<string> {
  const { hostname, port } = url;
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(port || 443),
      lookup: pinnedTo(addresses),
      rejectUnauthorized: false,
      ...(hostname === host && /[a-z]/i.test(host) && { servername: host }),
    });
    const stop = () => socket.destroy(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    socket
      .on('secureConnect', () => {
        let last = socket.getPeerCertificate(true);
        while (last.issuerCertificate && last.issuerCertificate.fingerprint !== last.fingerprint) {
          last = last.issuerCertificate;
        }
        resolve(last.fingerprint.replaceAll(':', '').toLowerCase());
        socket.destroy();
      })
      .on('error', reject)
      .on('close', () => signal.removeEventListener('abort', stop));
  });
}

/** Ends `work` when its time is over, and says in one way what went wrong. */
async function within<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work(), over]);
  } catch (error) {
    throw asOutboundError(signal.aborted ? signal.reason : error);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function asOutboundError(error: unknown): OutboundError {
  if (error instanceof OutboundError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new OutboundError(failureOf(error), message, { cause: error });
}

/** Codes of Node.js and OpenSSL for a certificate that is not believed. */
const UNTRUSTED =
  /^(?:ERR_TLS_CERT|CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_(?:GET_ISSUER|VERIFY)|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)/;

function failureOf(error: unknown): OutboundFailure {
  if (error instanceof Error && error.name === 'TimeoutError') return 'timed out';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return UNTRUSTED.test(code) ? 'untrusted' : 'unreachable';
}
