import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSettings, type Sources } from './read-settings.ts';
import { SettingsError } from './settings-error.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-settings-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function configFile(text: string): Promise<string> {
  const path = join(folder, 'berth.yaml');
  await writeFile(path, text);
  return path;
}

async function problemsOf(sources: Partial<Sources>): Promise<readonly string[]> {
  const error = await readSettings({ flags: {}, environment: {}, ...sources }).then(
    () => undefined,
    (it: unknown) => it,
  );
  return error instanceof SettingsError ? error.problems : [`no SettingsError: ${String(error)}`];
}

describe('settings', () => {
  test('have defaults that serve a newcomer on his own machine', async () => {
    expect(await readSettings({ flags: {}, environment: {} })).toEqual({
      dataDir: join(homedir(), '.berth'),
      ephemeral: false,
      host: '127.0.0.1',
      port: 5000,
      accountId: '123456789012',
      region: ['us-east-1'],
      domain: undefined,
      tls: { kind: 'self-signed' },
      rootAccessKeyId: undefined,
      rootSecretAccessKey: undefined,
      fidelity: 'superset',
      createOnPush: 'never',
      lifecycleExtensions: 'off',
      uploadExpiry: 24,
      quotas: undefined,
      throttling: undefined,
      collectInterval: 60,
      logLevel: 'info',
      database: undefined,
      databaseConnections: 10,
      storage: undefined,
      s3Endpoint: undefined,
      s3Region: undefined,
      s3AccessKeyId: undefined,
      s3SecretAccessKey: undefined,
      s3CaFile: undefined,
      s3Addressing: undefined,
      s3Redirect: 'off',
      s3Cache: 0,
      rootKey: undefined,
      rootKeyProvider: ['local'],
      previousRootKeys: undefined,
      rootKmsKeyId: undefined,
      rootKmsRegion: undefined,
      rootKmsEndpoint: undefined,
      rootKmsAccessKeyId: undefined,
      rootKmsSecretAccessKey: undefined,
      rootVaultAddress: undefined,
      rootVaultKey: undefined,
      rootVaultNamespace: undefined,
      rootVaultToken: undefined,
      rootVaultRoleId: undefined,
      rootVaultSecretId: undefined,
      workers: 1,
      removalDelay: 0,
      restoreDelay: 0,
      trashDays: 0,
      encryption: 'envelope',
      acmeNames: undefined,
      acmeDirectory: 'https://acme-v02.api.letsencrypt.org/directory',
      acmeEmail: undefined,
      acmePort: 80,
      mtlsPort: undefined,
      mtlsClientCaFile: undefined,
      trustedProxies: undefined,
      prices: undefined,
      networks: undefined,
      auditDays: 90,
      auditReads: 100_000,
      metricsToken: undefined,
      otlpEndpoint: undefined,
      outboundAllow: undefined,
      outboundCaFile: undefined,
      sqsEndpoint: undefined,
      sqsAccessKeyId: undefined,
      sqsSecretAccessKey: undefined,
      natsServers: undefined,
      natsCredentialsFile: undefined,
      natsUser: undefined,
      natsPassword: undefined,
    });
  });

  test('come from flags before the environment, and from there before the config file', async () => {
    const config = await configFile('host: 10.0.0.1\nport: 1\nregion: [eu-west-1, eu-west-2]\n');

    const settings = await readSettings({
      flags: { config, port: '3' },
      environment: { BERTH_PORT: '2', BERTH_HOST: '10.0.0.2' },
    });

    expect(settings).toMatchObject({ port: 3, host: '10.0.0.2', region: ['eu-west-1', 'eu-west-2'] });
  });

  test("keep an account's leading zero, also from a file where it looks like a number", async () => {
    const BERTH_CONFIG = await configFile('account-id: 012345678901\n');

    expect(await readSettings({ flags: {}, environment: { BERTH_CONFIG } })).toMatchObject({
      accountId: '012345678901',
    });
  });

  test('take a certificate as two files, and a home directory by its tilde', async () => {
    const settings = await readSettings({ flags: { tls: '/a/cert.pem,/a/key.pem', dataDir: '~/x' }, environment: {} });

    expect(settings.tls).toEqual({ kind: 'files', certificate: '/a/cert.pem', key: '/a/key.pem' });
    expect(settings.dataDir).toBe(join(homedir(), 'x'));
  });

  test('take networks with their length, and an address alone as a network of one', async () => {
    const environment = { BERTH_OUTBOUND_ALLOW: '10.20.0.0/16, ::1,192.168.1.7,fd00::/8' };

    expect(await readSettings({ flags: {}, environment })).toMatchObject({
      outboundAllow: [
        { address: '10.20.0.0', prefix: 16 },
        { address: '::1', prefix: 128 },
        { address: '192.168.1.7', prefix: 32 },
        { address: 'fd00::', prefix: 8 },
      ],
    });
  });

  test('take servers of NATS, each with its port', async () => {
    const environment = { BERTH_NATS_SERVERS: 'nats://A.example, tls://[::1]:4443,tls://[fd00::1]' };

    expect(await readSettings({ flags: {}, environment })).toMatchObject({
      natsServers: ['nats://a.example:4222', 'tls://[::1]:4443', 'tls://[fd00::1]:4222'],
    });
  });

  test('pass over what Kubernetes sets for a service called berth', async () => {
    const environment = {
      BERTH_SERVICE_HOST: '10.3.0.9',
      BERTH_PORT: 'tcp://10.3.0.9:443',
      BERTH_PORT_443_TCP: 'tcp://10.3.0.9:443',
    };

    expect(await readSettings({ flags: {}, environment })).toMatchObject({ port: 5000 });
  });
});

describe('settings that cannot be', () => {
  test('are told all at once, each with value, place, what is allowed and an example', async () => {
    const config = await configFile('# mine\nfidelity: exact\n');

    expect(await problemsOf({ flags: { config, port: '70000' }, environment: { BERTH_TLS: 'on' } })).toEqual([
      '--port is "70000", which is not a whole number from 0 to 65535. For example: --port 5000',
      'BERTH_TLS is "on", which is not self-signed, acme, off, or a pair CERT.pem,KEY.pem. For example: BERTH_TLS=self-signed',
      `fidelity (${config}, line 2) is "exact", which is not superset or aws-strict. For example: fidelity: superset`,
    ]);
  });

  test('are told with the name that was probably meant', async () => {
    const config = await configFile('datadir: /x\n');

    expect(await problemsOf({ flags: { config }, environment: { BERTH_REGIONS: 'us-east-1', BERTH_QZX: '' } })).toEqual(
      [
        'BERTH_REGIONS is set, but there is no such setting. Did you mean BERTH_REGION?',
        'BERTH_QZX is set, but there is no such setting. All are listed by: berth serve --help',
        `datadir (${config}, line 1) is no setting. Did you mean data-dir?`,
      ],
    );
  });

  test.each(['10.0.0.0/33', '::/129', 'localhost', '10.0.0.0/', '10.0.0.0/8,', '300.0.0.1', ''])(
    'are told when a network is none: %s',
    async (networks) => {
      expect(await problemsOf({ environment: { BERTH_OUTBOUND_ALLOW: networks } })).toEqual([
        expect.stringContaining('BERTH_OUTBOUND_ALLOW'),
      ]);
    },
  );

  test('never show a secret', async () => {
    const environment = { BERTH_ROOT_ACCESS_KEY_ID: 'AKIAEXAMPLE', BERTH_ROOT_SECRET_ACCESS_KEY: 'hush hush' };

    const problems = await problemsOf({ environment });

    expect(problems).toEqual([
      expect.stringContaining('BERTH_ROOT_SECRET_ACCESS_KEY has a value of 9 characters, which is not 16 to 128'),
    ]);
    expect(problems.join()).not.toContain('hush');
  });

  test('include one half of the root credentials', async () => {
    expect(await problemsOf({ environment: { BERTH_ROOT_ACCESS_KEY_ID: 'AKIAEXAMPLE' } })).toEqual([
      'BERTH_ROOT_ACCESS_KEY_ID is set and BERTH_ROOT_SECRET_ACCESS_KEY is not. Set both, or neither: then Berth makes a pair on its first start.',
    ]);
  });

  test.each([
    ['port: 1\nport: 2\n', /not valid YAML: Map keys must be unique/],
    ['- port\n', /not a list of settings/],
    ['port: { a: 1 }\n', /^port \(.*line 1\) is neither a value nor a list of values/],
    ['port: [1, [2]]\n', /^port \(.*line 1\) is neither/],
  ])('include the config file %j', async (text, expected) => {
    const config = await configFile(text);

    expect((await problemsOf({ flags: { config } })).join()).toMatch(expected);
  });

  test('include a config file that is not there', async () => {
    expect((await problemsOf({ flags: { config: join(folder, 'none.yaml') } })).join()).toMatch(
      /does not exist\. Give/,
    );
  });

  test.each([
    ['region', 'us-east-1,us-east-1'],
    ['region', 'useast1'],
    ['accountId', '12345678901'],
    ['domain', 'Example.COM'],
    ['host', '127.0.0.1/8'],
    ['port', '-1'],
    ['port', '5e3'],
    ['tls', 'cert.pem'],
    ['uploadExpiry', '0'],
    ['ephemeral', 'yes'],
    ['logLevel', 'loud'],
  ])('include %s = %j', async (key, value) => {
    expect(await problemsOf({ flags: { [key]: value } })).toEqual([
      expect.stringContaining(`is ${JSON.stringify(value)}`),
    ]);
  });
});

test('an empty config file is no settings', async () => {
  expect(await readSettings({ flags: { config: await configFile('# nothing\n') }, environment: {} })).toBeDefined();
});

describe('settings of many nodes', () => {
  const read = (environment: Record<string, string>) => readSettings({ flags: {}, environment });
  const storage = { BERTH_DATABASE: 'postgres://berth:hidden@db/berth', BERTH_STORAGE: 's3://layers' };

  test('name a bucket, with or without a prefix', async () => {
    expect((await read({ BERTH_STORAGE: 's3://layers' })).storage).toEqual({ bucket: 'layers', prefix: '' });
    expect((await read({ BERTH_STORAGE: 's3://layers/a/b/' })).storage).toEqual({ bucket: 'layers', prefix: 'a/b/' });
    for (const text of ['layers', 's3://', 's3://UPPER', 's3://layers//b', 'file:///tmp']) {
      await expect(read({ BERTH_STORAGE: text }), text).rejects.toThrow('For example: BERTH_STORAGE=s3://');
    }
  });

  test('take a root key of 32 bytes and no other', async () => {
    const key = Buffer.alloc(32, 7);

    expect(Buffer.from((await read({ BERTH_ROOT_KEY: key.toString('base64') })).rootKey ?? [])).toEqual(key);
    await expect(read({ BERTH_ROOT_KEY: Buffer.alloc(31).toString('base64') })).rejects.toThrow(
      'BERTH_ROOT_KEY has a value of 44 characters, which is not 32 bytes in Base64',
    );
  });

  test('never show the password of a database', async () => {
    await expect(read({ BERTH_DATABASE: 'mysql://berth:hidden@db' })).rejects.toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hidden') }),
    );
  });

  test.each([
    [
      'half a key to S3',
      { ...storage, BERTH_S3_ACCESS_KEY_ID: 'AKIA' },
      'Set both, or neither: then the AWS SDK finds',
    ],
    ['half of the credentials of queues', { BERTH_SQS_ENDPOINT: 'aws', BERTH_SQS_ACCESS_KEY_ID: 'AKIA' }, 'Set both'],
    [
      'credentials of queues that are nowhere',
      { BERTH_SQS_ACCESS_KEY_ID: 'AKIA', BERTH_SQS_SECRET_ACCESS_KEY: 'x' },
      'BERTH_SQS_ENDPOINT=aws',
    ],
    ['a user of no NATS', { BERTH_NATS_USER: 'berth' }, 'but no server'],
    [
      'two users of NATS',
      { BERTH_NATS_SERVERS: 'nats://h', BERTH_NATS_CREDENTIALS_FILE: '/c', BERTH_NATS_PASSWORD: 'x' },
      'Set one.',
    ],
    ['a NATS that is no address', { BERTH_NATS_SERVERS: 'nats://u:p@h:1' }, 'tls://host:port'],
    ['S3 without a bucket', { BERTH_S3_ENDPOINT: 'http://s3', BERTH_S3_REDIRECT: 'on' }, 'are set, but no bucket'],
    ['workers without a database', { BERTH_STORAGE: 's3://layers', BERTH_WORKERS: '2' }, 'need PostgreSQL and S3'],
    ['pulls from S3 of what S3 cannot open', { ...storage, BERTH_S3_REDIRECT: 'on' }, 'BERTH_ENCRYPTION=store'],
    ['a key that would be lost', { ...storage, BERTH_EPHEMERAL: 'true' }, 'Set BERTH_ROOT_KEY, the same on every node'],
  ])('refuse %s', async (_, environment, said) => {
    await expect(read(environment)).rejects.toThrow(said);
  });

  test('take what belongs together', async () => {
    const settings = await read({
      ...storage,
      BERTH_WORKERS: '2',
      BERTH_S3_REDIRECT: 'https://s3.example.com/',
      BERTH_ENCRYPTION: 'store',
    });

    expect(settings).toMatchObject({ workers: 2, s3Redirect: 'https://s3.example.com' });
  });
});
