import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { newest, withEachVersion } from './client.ts';
import { onStage, useStage } from './stage.ts';

withEachVersion('notation', ['skopeo', 'oras'], (client) => {
  const stage = useStage();
  const notation = onStage(stage, client);
  const login = () => ['-u', 'AWS', '-p', stage.password];

  beforeAll(async () => {
    await notation('cert', 'generate-test', '--default', 'berth.example');
    const policy = {
      name: 'all',
      registryScopes: ['*'],
      signatureVerification: { level: 'strict' },
      trustStores: ['ca:berth.example'],
      trustedIdentities: ['*'],
    };
    mkdirSync(join(stage.home, '.config', 'notation'), { recursive: true });
    const text = JSON.stringify({ version: '1.0', trustPolicies: [policy] });
    writeFileSync(join(stage.home, '.config', 'notation', 'trustpolicy.json'), text);
  });

  test('a signed image is listed and verified, in the repository and after a recursive copy', async () => {
    const [repository, copied] = [await stage.repository('notation/signed'), await stage.repository('notation/copied')];
    await onStage(stage, newest('skopeo'))('copy', '--all', 'oci:layout:multi', `docker://${repository}:1`);
    const { digest } = stage.images.multi;
    await expect(notation('verify', ...login(), `${repository}@${digest}`)).rejects.toThrow(/no signature/);

    await notation('sign', ...login(), `${repository}@${digest}`);
    await onStage(stage, newest('oras'))('cp', '-r', `${repository}:1`, `${copied}:1`);

    for (const address of [`${repository}@${digest}`, `${copied}@${digest}`]) {
      expect(await notation('ls', ...login(), address)).toContain('application/vnd.cncf.notary.signature');
      expect(await notation('verify', ...login(), address)).toContain('Successfully verified');
    }
  });
});
