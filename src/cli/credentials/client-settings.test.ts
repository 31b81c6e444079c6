import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientSettings } from './client-settings.ts';

let home: string;
let files: Record<string, string>;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-client-'));
  files = { HOME: home, AWS_CONFIG_FILE: join(home, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials') };
  await writeFile(
    join(home, 'config'),
    '[profile p]\nendpoint_url = https://p.example\nregion = eu-west-1\nrole_arn = R\n',
  );
  await writeFile(join(home, 'credentials'), '[p]\naws_access_key_id = P\naws_secret_access_key = S\n');
  await writeFile(join(home, 'ca.pem'), 'PEM');
});
afterAll(() => rm(home, { recursive: true }));

describe('a client', () => {
  test('is told by flags before the environment, and by that before a profile', async () => {
    const env = { ...files, AWS_PROFILE: 'p', AWS_REGION: 'us-west-2', AWS_CA_BUNDLE: join(home, 'ca.pem') };

    expect(await clientSettings({ endpointUrl: 'https://f.example/', roleArn: 'F' }, env)).toEqual({
      endpoint: 'https://f.example',
      stsEndpoint: 'https://f.example',
      region: 'us-west-2',
      authority: 'PEM',
      credentials: { accessKeyId: 'P', secretAccessKey: 'S', sessionToken: undefined },
      role: { arn: 'F', sessionName: 'berth-login' },
      tokenFile: undefined,
    });
  });

  test('takes keys of the environment, but not where a profile was named by a flag', async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'E', AWS_SECRET_ACCESS_KEY: 'T', AWS_SESSION_TOKEN: 'U' };
    const env = { ...files, ...keys, AWS_ENDPOINT_URL: 'http://e.example', AWS_ENDPOINT_URL_STS: 'http://sts.example' };

    expect(await clientSettings({}, env)).toMatchObject({
      endpoint: 'http://e.example',
      stsEndpoint: 'http://sts.example',
      credentials: { accessKeyId: 'E', secretAccessKey: 'T', sessionToken: 'U' },
    });
    expect(await clientSettings({ profile: 'p' }, env)).toMatchObject({ credentials: { accessKeyId: 'P' } });
  });

  test.each([undefined, 'registry.example.com', 'ftp://h', 'https://h/path', 'https://h?x'])(
    'that is told %s does not know where Berth is',
    async (endpointUrl) => {
      await expect(clientSettings({ endpointUrl }, files)).rejects.toThrow('Where is Berth?');
    },
  );

  test('says which file it cannot read', async () => {
    const flags = { endpointUrl: 'https://h', caFile: join(home, 'none.pem') };

    await expect(clientSettings(flags, files)).rejects.toThrow('none.pem cannot be read (ENOENT)');
  });
});
