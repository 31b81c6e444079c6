import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemIds as ids } from '../ids.ts';
import { startLog } from '../telemetry/log.ts';
import { certificates } from './certificate.ts';
import { makeAuthority, makeCertificate } from './certificate-authority.ts';
import type { Door } from './door.ts';
import { openListeners } from './listeners.ts';
import { renewal } from './renewal.ts';
import type { TlsFiles } from './server.ts';

const nothing: Door = async ({ response }) => void response.end('served');
const doors = { distribution: nothing, aws: nothing, health: nothing, welcome: nothing, metrics: nothing };
const log = startLog('silent');
const isTrustedProxy = () => false;
const clock = { now: () => new Date() };

let folder: string;
let authority: TlsFiles;
const stops: (() => Promise<void>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-test-'));
  authority = await makeAuthority(clock.now(), ids.bytes(16));
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await rm(folder, { recursive: true });
});

const issued = (by: TlsFiles, name: string) => makeCertificate(by, [name], { now: clock.now(), serial: ids.bytes(16) });

const KEY = { name: 'ECDSA', namedCurve: 'P-256' };

/** A certificate for a client, as an authority of somebody else's makes it. */
async function issuedToClient(by: TlsFiles): Promise<TlsFiles> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const issuer = new x509.X509Certificate(by.certificate);
  const signingKey = await crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(by.key), KEY, false, [
    'sign',
  ]);
  const keys = await crypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=client',
    issuer: issuer.subject,
    notBefore: new Date(clock.now().getTime() - 60_000),
    notAfter: new Date(clock.now().getTime() + 3_600_000),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    publicKey: keys.publicKey,
    signingKey,
    extensions: [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
  });
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { certificate: certificate.toString('pem'), key };
}

/** What the server says to a client with these options, and the name in its certificate; or why the handshake failed. */
function ask(port: number, options: ConnectionOptions = {}): Promise<{ name?: string; error?: string }> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, ca: authority.certificate, servername: 'localhost', ...options });
    let name: string | undefined;
    socket.on('secureConnect', () => {
      name = String(socket.getPeerCertificate().subject.CN);
      socket.write('GET /v2/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    });
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? error.message }));
    socket.on('close', () =>
      resolve(text.includes('served') && name !== undefined ? { name } : { error: 'no answer' }),
    );
  });
}

test('the second port takes only clients with a certificate of the named authority; the first takes all', async () => {
  const tls = await issued(authority, 'localhost');
  const clients = await makeAuthority(clock.now(), ids.bytes(16));
  const mtlsClientCaFile = join(folder, 'clients.pem');
  await writeFile(mtlsClientCaFile, clients.certificate);
  const listener = await openListeners(
    { host: '127.0.0.1', port: 0, mtlsPort: 0, mtlsClientCaFile },
    { tls, doors, ids, log, isTrustedProxy },
  );
  stops.push(() => listener.close());
  const port = listener.mtlsPort ?? 0;

  expect(await ask(listener.port)).toEqual({ name: 'localhost' });
  const good = await issuedToClient(clients);
  expect(await ask(port, { cert: good.certificate, key: good.key })).toEqual({ name: 'localhost' });
  expect(await ask(port)).toHaveProperty('error');
  const stranger = await issuedToClient(authority);
  expect(await ask(port, { cert: stranger.certificate, key: stranger.key })).toHaveProperty('error');
});

test('TLS older than 1.2 is refused', async () => {
  const tls = await issued(authority, 'localhost');
  const settings = { host: '127.0.0.1', port: 0, mtlsPort: undefined, mtlsClientCaFile: undefined };
  const listener = await openListeners(settings, { tls, doors, ids, log, isTrustedProxy });
  stops.push(() => listener.close());
  const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
  expect(await ask(listener.port, old)).toHaveProperty('error');
  expect(await ask(listener.port, { maxVersion: 'TLSv1.2' })).toEqual({ name: 'localhost' });
});

test('a file of authorities without one is refused: any client would do', async () => {
  const mtlsClientCaFile = join(folder, 'clients.pem');
  await writeFile(mtlsClientCaFile, 'nothing');
  const tls = await issued(authority, 'localhost');
  const opening = openListeners(
    { host: '127.0.0.1', port: 0, mtlsPort: 0, mtlsClientCaFile },
    { tls, doors, ids, log, isTrustedProxy },
  );
  await expect(opening).rejects.toThrow('holds no certificate');
});

test('files that change are served with from then on, without a restart; a torn pair changes nothing', async () => {
  const files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const put = async (pair: TlsFiles) => {
    await writeFile(files.certificate, pair.certificate);
    await writeFile(files.key, pair.key);
  };
  await put(await issued(authority, 'localhost'));
  const issue = () => certificates({ kind: 'files', ...files }, folder, { names: [], clock, ids });
  const { tls } = await issue();
  const settings = { host: '127.0.0.1', port: 0, mtlsPort: undefined, mtlsClientCaFile: undefined };
  const listener = await openListeners(settings, { tls, doors, ids, log, isTrustedProxy });
  stops.push(() => listener.close());
  const renew = renewal({ served: tls, issue, listener, log });
  await renew();

  const next = await makeCertificate(authority, ['next', 'localhost'], { now: clock.now(), serial: ids.bytes(16) });
  await writeFile(files.key, next.key);
  await expect(renew()).rejects.toThrow('are not a PEM certificate and its private key');
  expect(await ask(listener.port)).toEqual({ name: 'localhost' });
  await put(next);
  await renew();
  expect(await ask(listener.port)).toEqual({ name: 'next' });
});
