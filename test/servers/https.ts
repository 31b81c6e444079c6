// An HTTPS server of a test's own, with an authority that nobody else knows.
import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { makeAuthority, makeCertificate } from '../../src/http/certificate-authority.ts';

export interface HttpsServer {
  readonly port: number;
  /** PEM of the authority to trust. */
  readonly authority: string;
  close(): Promise<void>;
}

/** Starts one on loopback whose certificate is for `names`; without names it speaks plain HTTP. */
export async function startHttps(names: readonly string[], answer: RequestListener): Promise<HttpsServer> {
  const now = new Date();
  const authority = await makeAuthority(now, randomBytes(16));
  const { certificate: cert, key } = await makeCertificate(authority, names, { now, serial: randomBytes(16) });
  const server = names.length === 0 ? createServer(answer) : createTlsServer({ cert, key }, answer);
  await listening(server);
  return {
    port: (server.address() as AddressInfo).port,
    authority: authority.certificate,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => resolve());
  });
}
