import { X509Certificate } from 'node:crypto';
import { get } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { type Pebble, startPebble, withPebble } from '../../../test/servers/pebble.ts';
import { guardedClient } from '../../outbound/guarded-client.ts';
import { systemResolve } from '../../outbound/resolve.ts';
import { findFact } from '../../storage/metadata/installation.ts';
import type { World } from '../../world.ts';
import { answerChallenges, type ChallengeListener } from './challenge-listener.ts';
import { acmeIssuer } from './issuer.ts';
import { acmeCertificate } from './renew-certificate.ts';
import { putChallenges } from './state.ts';

const YEAR = 365 * 24 * 60 * 60 * 1_000;

withPebble('ACME', () => {
  let berth: TestBerth;
  let world: World;
  let challenges: ChallengeListener;
  let pebble: Pebble;
  beforeAll(async () => {
    berth = await startBerth();
    challenges = await answerChallenges(berth.world, { host: '127.0.0.1', port: 0 });
    pebble = await startPebble({ httpPort: challenges.port });
    const outbound = guardedClient({ resolve: systemResolve, mayAsk: () => true, authorities: pebble.authority });
    world = { ...berth.world, outbound };
  });
  afterAll(async () => {
    await pebble.stop();
    await challenges.close();
    await berth.stop();
  });

  const acme = () => ({ directory: pebble.directory, names: ['127.0.0.1'], email: 'ops@example.com' });
  const serialOf = (certificate = '') => new X509Certificate(certificate).serialNumber;

  test('a certificate is had once, by one of two nodes, and kept for all of them, its key sealed', async () => {
    const both = await Promise.all([acmeCertificate(world, acme()), acmeCertificate(world, acme())]);
    const files = both.find((it) => it !== undefined);
    const certificate = new X509Certificate(files?.certificate ?? '');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(files?.certificate.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(1);
    expect(await acmeCertificate(world, acme())).toEqual(files);
    expect(berth.log.filter((it) => it['message'] === 'certificate issued')).toHaveLength(1);
    const kept = await world.metadata.read((tx) => findFact(tx, 'acme-certificate'));
    expect(Buffer.from(kept ?? '', 'base64').toString('latin1')).not.toContain('PRIVATE KEY');
  });

  test('it is renewed when it ends within 30 days', async () => {
    const before = await acmeCertificate(world, acme());
    const end = new X509Certificate(before?.certificate ?? '').validToDate.getTime();
    const clock = { now: () => new Date(end - YEAR / 13) };
    const after = await acmeCertificate({ ...world, clock }, acme());
    expect(serialOf(after?.certificate)).not.toBe(serialOf(before?.certificate));
  });

  test('a name that does not lead here is told with the authority’s own words, and it is left alone for an hour', async () => {
    const asked: string[] = [];
    const outbound = {
      ...world.outbound,
      get: (address: string, bounds: never) => {
        asked.push(address);
        return world.outbound.get(address, bounds);
      },
    };
    const issue = acmeIssuer({ ...world, outbound }, { ...acme(), names: ['127.0.0.2'] }, undefined);
    await expect(issue()).rejects.toThrow(/127\.0\.0\.2/);
    const count = asked.length;
    expect(count).toBeGreaterThan(0);
    expect(await issue()).toEqual({ tls: undefined, authorityFile: undefined });
    expect(asked).toHaveLength(count);
  });
});

describe('port 80', () => {
  let berth: TestBerth;
  let challenges: ChallengeListener;
  beforeEach(async () => {
    berth = await startBerth();
    challenges = await answerChallenges(berth.world, { host: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    await challenges.close();
    await berth.stop();
  });

  const ask = (path: string) =>
    new Promise<{ status: number | undefined; location: string | undefined; text: string }>((resolve, reject) => {
      get(
        { port: challenges.port, host: '127.0.0.1', path, headers: { host: 'registry.example.com:80' } },
        (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode, location: response.headers.location, text }));
        },
      ).on('error', reject);
    });

  test('answers challenges that any node opened, and nothing else, and leads the rest to HTTPS', async () => {
    await putChallenges(berth.world, new Map([['token', 'token.thumbprint']]));
    expect(await ask('/.well-known/acme-challenge/token')).toMatchObject({ status: 200, text: 'token.thumbprint' });
    for (const unknown of ['other', '__proto__', 'constructor', '']) {
      expect(await ask(`/.well-known/acme-challenge/${unknown}`)).toMatchObject({ status: 404, text: '' });
    }
    expect(await ask('/v2/')).toMatchObject({ status: 308, location: 'https://registry.example.com/v2/' });
  });
});
