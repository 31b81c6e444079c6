import { execFile } from 'node:child_process';
import { sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from './server.ts';

const run = promisify(execFile);
const HOUR_S = 3600;
const [ISSUER, SERVICE] = ['bench', 'bench'];

/** A token that lets its bearer push and pull, and what the peer must be told to accept it. ES256, the quickest kind. */
export async function tokenFor(dataDir: string): Promise<{ token: string; settings: object }> {
  const [key, certificate] = [join(dataDir, 'token.key'), join(dataDir, 'token.crt')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await run('openssl', [
    'req',
    '-x509',
    ...curve,
    '-keyout',
    key,
    '-out',
    certificate,
    '-days',
    '2',
    '-subj',
    '/CN=bench',
  ]);

  const pem = await readFile(certificate, 'utf8');
  const der = pem.replace(/-----[^-]+-----|\s/g, '');
  const now = Math.floor(Date.now() / 1000);
  const head = encode({ typ: 'JWT', alg: 'ES256', x5c: [der] });
  const claims = encode({
    iss: ISSUER,
    sub: 'bench',
    aud: SERVICE,
    exp: now + HOUR_S,
    nbf: now - 60,
    iat: now - 60,
    jti: 'bench',
    access: [{ type: 'repository', name: REPOSITORY, actions: ['pull', 'push'] }],
  });
  const signature = sign('sha256', Buffer.from(`${head}.${claims}`), {
    key: await readFile(key, 'utf8'),
    dsaEncoding: 'ieee-p1363',
  });
  return {
    token: `${head}.${claims}.${signature.toString('base64url')}`,
    settings: { realm: 'http://127.0.0.1/token', service: SERVICE, issuer: ISSUER, rootcertbundle: certificate },
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
