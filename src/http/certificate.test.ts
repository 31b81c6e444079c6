import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemIds as ids } from '../ids.ts';
import { certificates, endOf } from './certificate.ts';
import { certificateNames } from './certificate-names.ts';

const DAY = 24 * 60 * 60 * 1000;
const SELF_SIGNED = { kind: 'self-signed' } as const;
let folder: string;
let now: Date;
const clock = { now: () => now };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-tls-'));
  now = new Date();
});
afterEach(() => rm(folder, { recursive: true }));

async function issue(names: readonly string[] = ['localhost']) {
  const { tls, authorityFile } = await certificates(SELF_SIGNED, folder, { names, clock, ids });
  if (tls === undefined || authorityFile === undefined) throw new Error('no certificate');
  return { tls, authority: await readFile(authorityFile, 'utf8') };
}

describe('the self-signed certificate', () => {
  test('is taken by a client that trusts the local authority, by name and by address', async () => {
    const { tls, authority } = await issue(['localhost', '127.0.0.1', '*.dkr.ecr.us-east-1.localhost']);
    const server = createServer({ cert: tls.certificate, key: tls.key }, (_, response) => response.end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;

    for (const name of ['localhost', '127.0.0.1', '123456789012.dkr.ecr.us-east-1.localhost']) {
      const headers = { Host: name };
      const options = { host: '127.0.0.1', port, ca: authority, agent: false, headers };
      const request = get({ ...options, servername: name === '127.0.0.1' ? '' : name });
      const [response] = await once(request, 'response');
      expect(response.statusCode).toBe(200);
      response.resume();
    }
    server.closeAllConnections();
    server.close();
  });

  test('lives 397 days, its authority ten years, and their keys are for the owner alone', async () => {
    const { tls, authority } = await issue();

    expect(Math.round((endOf(tls).getTime() - now.getTime()) / DAY)).toBe(397);
    expect(new X509Certificate(authority).validToDate.getTime() - now.getTime()).toBeGreaterThan(3650 * DAY);
    for (const name of ['ca.key.pem', 'key.pem']) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  });

  test('stays the same from start to start', async () => {
    expect(await issue()).toEqual(await issue());
  });

  test('is renewed by the same authority when fewer than 30 days are left', async () => {
    const before = await issue();
    now = new Date(now.getTime() + 366 * DAY);
    expect(await issue()).toEqual(before);

    now = new Date(now.getTime() + 2 * DAY);
    const after = await issue();

    expect(after.authority).toBe(before.authority);
    expect(endOf(after.tls).getTime()).toBeGreaterThan(endOf(before.tls).getTime());
  });

  test('is renewed by the same authority when a name is added', async () => {
    const before = await issue();

    const after = await issue(['localhost', 'registry.example.com']);

    expect(after.authority).toBe(before.authority);
    expect(new X509Certificate(after.tls.certificate).checkHost('registry.example.com')).toBeDefined();
  });

  test('is made again when a crash has left the key of another', async () => {
    const before = await issue();
    await writeFile(join(folder, 'key.pem'), await readFile(join(folder, 'ca.key.pem')));

    expect((await issue()).tls).not.toEqual(before.tls);
  });
});

test('certificate files that do not fit together are refused with a way out', async () => {
  await issue();
  const setting = { kind: 'files', certificate: join(folder, 'cert.pem'), key: join(folder, 'ca.key.pem') } as const;

  await expect(certificates(setting, folder, { names: [], clock, ids })).rejects.toThrow(
    /which are not a PEM certificate and its private key\. Give the pair as CERT\.pem,KEY\.pem/,
  );
});

test('the names are those that docker, the AWS CLI and the credential helper use', () => {
  const names = certificateNames({
    host: '10.0.0.7',
    domain: 'registry.example.com:5000',
    region: ['us-east-1'],
  });

  expect(names).toEqual([
    'localhost',
    '127.0.0.1',
    '::1',
    '10.0.0.7',
    'registry.example.com',
    '*.registry.example.com',
    '*.dkr.ecr.us-east-1.localhost',
    '*.dkr.ecr.us-east-1.registry.example.com',
    '*.dkr-ecr.us-east-1.registry.example.com',
    'api.ecr.us-east-1.registry.example.com',
    '*.dkr.ecr.us-east-1.amazonaws.com',
    'api.ecr.us-east-1.amazonaws.com',
    '*.us-east-1.amazonaws.com',
    '*.dkr-ecr.us-east-1.on.aws',
    'ecr.us-east-1.api.aws',
    'iam.amazonaws.com',
    'sts.amazonaws.com',
  ]);
});
