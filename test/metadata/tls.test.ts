import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeAuthority, makeCertificate } from '../../src/http/certificate-authority.ts';
import { openPostgres } from '../../src/storage/metadata/postgres.ts';
import { type PostgresServer, startPostgres, withPostgres } from '../servers/postgres.ts';

withPostgres('PostgreSQL over TLS', () => {
  let folder: string;
  let withTls: PostgresServer;
  let withoutTls: PostgresServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-postgres-tls-'));
    const now = new Date();
    const authority = await makeAuthority(now, randomBytes(16));
    const stranger = await makeAuthority(now, randomBytes(16));
    const own = await makeCertificate(authority, ['localhost'], { now, serial: randomBytes(16) });
    const client = await selfSigned('berth');
    const files = { 'ca.pem': authority, 'other.pem': stranger, 'client.pem': client };
    for (const [name, { certificate }] of Object.entries(files)) await writeFile(join(folder, name), certificate);
    await writeFile(join(folder, 'client.key'), client.key);
    withoutTls = await startPostgres({ tcp: true });
    withTls = await startPostgres({
      tcp: true,
      extra: ['ssl=on', 'ssl_cert_file=own.pem', 'ssl_key_file=own.key', 'ssl_ca_file=ca.pem'],
      files: {
        'own.pem': own.certificate,
        'own.key': own.key,
        'ca.pem': client.certificate,
        // Plain connections are for superusers of the test, who come by the socket.
        'pg_hba.conf': [
          'local all all trust',
          'hostssl certified all all cert',
          'hostssl secret all all scram-sha-256',
          'hostssl all all all trust',
        ].join('\n'),
      },
    });
    for (const database of ['secret', 'certified']) await withTls.query(`create database ${database}`);
    await withTls.query("alter role berth password 'from the vault'");
  });
  afterAll(async () => {
    await withTls.stop();
    await withoutTls.stop();
    await rm(folder, { recursive: true });
  });

  /** Our own authority makes certificates of servers alone. */
  async function selfSigned(name: string): Promise<{ certificate: string; key: string }> {
    await import('reflect-metadata'); // The library reads it as it loads.
    const { PemConverter, X509CertificateGenerator } = await import('@peculiar/x509');
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const made = await X509CertificateGenerator.createSelfSigned({
      name: `CN=${name}`,
      signingAlgorithm: algorithm,
      keys,
    });
    const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
    return { certificate: made.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') };
  }

  async function open(url: string): Promise<void> {
    const metadata = await openPostgres(url, { as: 'owner', connections: 1, log: { warn: () => undefined } });
    await metadata.probe();
    await metadata.close();
  }

  /** `localhost` is what the server's certificate is for, `127.0.0.1` is not. */
  const tls = (words: string, database = 'postgres', host = 'localhost', user = 'berth') =>
    `postgres://${user}@${host}:${withTls.port}/${database}?${words.replaceAll('FOLDER', folder)}`;
  const CLIENT = 'sslcert=FOLDER/client.pem&sslkey=FOLDER/client.key';

  test.each([
    ['without a word', () => tls('')],
    ['require', () => tls('sslmode=require')],
    ['verify-ca, whatever the name', () => tls('sslmode=verify-ca&sslrootcert=FOLDER/ca.pem', 'postgres', '127.0.0.1')],
    ['verify-full', () => tls('sslmode=verify-full&sslrootcert=FOLDER/ca.pem')],
    ['a password', () => tls('sslmode=require', 'secret', 'localhost', 'berth:from%20the%20vault')],
    ['a certificate of the client', () => tls(`sslmode=require&${CLIENT}`, 'certified')],
    ['a server that has none, where that is left to it', () => withoutTls.url().replace('sslmode=disable', '')],
    ['a socket, where it means nothing', () => socketOf(withoutTls)],
  ])('is used with %s', async (_, url) => {
    await open(url());
  });

  test.each([
    ['disable, where the server insists', () => tls('sslmode=disable'), 'no encryption'],
    ['another authority', () => tls('sslmode=verify-ca&sslrootcert=FOLDER/other.pem'), 'certificate'],
    ['an authority that nobody knows', () => tls('sslmode=verify-ca'), 'certificate'],
    ['require and another authority', () => tls('sslmode=require&sslrootcert=FOLDER/other.pem'), 'certificate'],
    ['another name', () => tls('sslmode=verify-full&sslrootcert=FOLDER/ca.pem', 'postgres', '127.0.0.1'), '127.0.0.1'],
    ['a file that is not there', () => tls('sslmode=verify-ca&sslrootcert=FOLDER/none.pem'), 'sslrootcert of the URL'],
    ['a server that has none', () => withoutTls.url().replace('disable', 'require'), 'does not support SSL'],
    ['no password', () => tls('', 'secret'), 'the server asks for a password, and the URL has none'],
    ['a wrong password', () => tls('', 'secret', 'localhost', 'berth:guessed'), 'password authentication failed'],
    ['no certificate of the client', () => tls('', 'certified'), 'certificate'],
  ])('is refused at once with %s', async (_, url, why) => {
    const begun = performance.now();
    await expect(open(url())).rejects.toThrow(why);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  const socketOf = (server: PostgresServer) =>
    `postgres://berth@/postgres?host=${encodeURIComponent(server.folder)}&port=${server.port}&sslmode=verify-full`;
});
