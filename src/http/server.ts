import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { beginRequest } from '../foreground.ts';
import { continueOnRead, type Handling, handle } from './handle.ts';
import { stalls } from './stalls.ts';

/** PEM texts: the certificate with its chain, and its key. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

export interface ListenOptions extends Handling {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Undefined serves plain HTTP. */
  readonly tls: TlsFiles | undefined;
  /** PEM of the authorities of which a client must show a certificate; undefined takes every client. */
  readonly clientAuthorities?: string | undefined;
}

export interface Listener {
  readonly port: number;
  /** Takes another certificate for connections from now on. */
  renew(tls: TlsFiles): void;
  /** From now on a connection ends with its next answer, so that no client sends on one that is about to be closed. */
  lastCall(): void;
  /** Takes no more connections; resolves when every request in flight is over. */
  drain(): Promise<void>;
  /** Ends every connection at once; resolves when nobody works for one any more. */
  close(): Promise<void>;
}

const OPTIONS: ServerOptions = {
  // A login token is about 3 KiB in Base64; proxies add theirs.
  maxHeaderSize: 32 * 1024,
  headersTimeout: 60_000,
  // A layer takes as long as it takes; a body that stands still is cut by `stalls`.
  requestTimeout: 0,
  // Longer than the minute after which load balancers drop a connection: otherwise we close just as they send.
  keepAliveTimeout: 75_000,
  noDelay: true,
};

/** Listens. @throws what `listen` rejects with, EADDRINUSE above all */
export async function listen({ host, port, tls, clientAuthorities, ...handling }: ListenOptions): Promise<Listener> {
  const inFlight = new Set<Parameters<RequestListener>[1]>();
  const handlers = new Set<Promise<void>>();
  let isLastCall = false;
  let isDraining = false;

  const answer: RequestListener = (request, response) => {
    if (isLastCall) response.shouldKeepAlive = false;
    inFlight.add(response);
    const endRequest = beginRequest();
    response.once('close', () => {
      inFlight.delete(response);
      endRequest();
      // The connection counts as idle only after this event.
      if (isDraining) setImmediate(() => server.closeIdleConnections());
    });
    const handler = handle(handling, request, response).finally(() => handlers.delete(handler));
    handlers.add(handler);
  };

  const server: Server | TlsServer = tls
    ? createTlsServer({ ...OPTIONS, ...secure(tls, clientAuthorities) })
    : createServer(OPTIONS);
  // A client that has said all and closed its side waits for the answer, however long storage takes: without this Node.js
  // closes the other side at once. @types/node does not know the member.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('request', answer);
  server.on('checkContinue', (request, response) => {
    continueOnRead(request, response);
    answer(request, response);
  });
  stalls(server);

  // On TLS a socket is known to `server` only once it has shaken hands: the ones before that are ended here.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  const lastCall = () => {
    isLastCall = true;
    for (const response of inFlight) response.shouldKeepAlive = false;
  };
  return {
    port: portOf(server.address()),
    renew(files) {
      if (server instanceof TlsServer) server.setSecureContext(secure(files, clientAuthorities));
    },
    lastCall,
    drain() {
      lastCall();
      isDraining = true;
      server.close();
      // Connections that have not even begun to shake hands are unknown to the server and would hold it open.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      return closed;
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
      await Promise.all(handlers);
    },
  };
}

function secure({ certificate, key }: TlsFiles, clientAuthorities: string | undefined) {
  return {
    cert: certificate,
    key,
    minVersion: 'TLSv1.2' as const,
    handshakeTimeout: 10_000,
    // Whoever shows none is turned away in the handshake.
    ...(clientAuthorities !== undefined && { ca: clientAuthorities, requestCert: true, rejectUnauthorized: true }),
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('A listener on a port has an address.');
  return address.port;
}
