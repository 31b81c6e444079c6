import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readSettings } from '../../src/settings/read-settings.ts';
import { NEW_ROOT, newest, pathOf, sayMissing, withNewest } from '../clients/client.ts';
import { run } from '../clients/run.ts';

const FILE = fileURLToPath(new URL('../../deploy/compose.yaml', import.meta.url));
const PLUGIN = join(NEW_ROOT, 'usr/libexec/docker/cli-plugins/docker-compose');

/** What the file's own head asks for. */
const VALUES = {
  POSTGRES_PASSWORD: 'a-password',
  ROOT_KEY: Buffer.alloc(32, 1).toString('base64'),
  ROOT_ACCESS_KEY_ID: 'BERTHCOMPOSETEST',
  ROOT_SECRET_ACCESS_KEY: 'secret-of-the-compose-test',
  STORAGE: 's3://bucket/prefix',
  S3_ENDPOINT: 'https://s3.example.com',
  S3_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  S3_SECRET_ACCESS_KEY: 'secret',
  DOMAIN: 'registry.example.com',
};

/** What is looked at of the configuration that Compose makes of the file. */
interface Composed {
  readonly services: Readonly<
    Record<string, { readonly environment?: Readonly<Record<string, string>>; readonly read_only?: boolean }>
  >;
}

test('the head of the file names every value that it asks for', () => {
  const text = readFileSync(FILE, 'utf8');
  const head = text.slice(0, text.indexOf('name: berth'));
  const asked = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, name = '']) => name);

  expect(new Set(asked)).toEqual(new Set(Object.keys(VALUES)));
  expect(asked.filter((name) => !new RegExp(`\\b${name}\\b`).test(head))).toEqual([]);
  expect(parse(text, { merge: true }).services).toHaveProperty('haproxy');
});

withNewest('docker compose', ['docker'], () => {
  if (!existsSync(PLUGIN)) {
    sayMissing('docker compose', ['docker-compose']);
    return;
  }
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'berth-compose-'));
    mkdirSync(join(home, 'cli-plugins'));
    copyFileSync(PLUGIN, join(home, 'cli-plugins', 'docker-compose'));
  });
  afterAll(() => rmSync(home, { recursive: true }));

  const config = async (values: Readonly<Record<string, string>>): Promise<Composed> => {
    const file = join(home, '.env');
    writeFileSync(
      file,
      Object.entries(values)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    const args = ['compose', '-f', FILE, '--env-file', file, 'config', '--format', 'json'];
    const env = { PATH: pathOf('new'), HOME: home, DOCKER_CONFIG: home };
    return JSON.parse(await run(newest('docker').program, args, { env }));
  };

  test('makes of it two nodes whose settings Berth accepts', async () => {
    const { services } = await config(VALUES);

    expect(Object.keys(services).sort()).toEqual(['berth1', 'berth2', 'haproxy', 'postgres']);
    const { berth1, berth2 } = services;
    expect(berth1).toEqual(berth2);
    expect(berth1?.read_only).toBe(true);
    const settings = await readSettings({ flags: {}, environment: berth1?.environment ?? {} });
    expect(settings).toMatchObject({ domain: VALUES.DOMAIN, tls: { kind: 'off' } });
    expect(new URL(berth1?.environment?.['BERTH_DATABASE'] ?? '').hostname).toBe('postgres');
  });

  test.each(Object.keys(VALUES))('asks for %s when it is not given', async (missing) => {
    const given = Object.fromEntries(Object.entries(VALUES).filter(([name]) => name !== missing));

    await expect(config(given)).rejects.toThrow(missing);
  });
});
