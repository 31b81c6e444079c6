import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { awsCalls, findAwsClis } from './aws-cli.ts';
import { newest, withEachVersion } from './client.ts';
import { onStage, useStage } from './stage.ts';

const cli = findAwsClis().findLast((it) => it.knowsAll);

withEachVersion('notation', ['skopeo', ...(cli ? [] : ['aws'])], (client) => {
  const stage = useStage();
  const notation = onStage(stage, client);
  const login = () => ['-u', 'AWS', '-p', stage.password];
  const aws = (service: string, ...args: string[]) => {
    if (!cli) throw new Error('There is no AWS CLI.');
    return awsCalls(stage, cli, service).json(...args);
  };

  /** What the profile must be called of whom signatures are taken. */
  function trust(name: string): void {
    const policy = {
      name: 'berth',
      registryScopes: ['*'],
      signatureVerification: { level: 'strict' },
      trustStores: ['signingAuthority:berth'],
      trustedIdentities: [`x509.subject: C=ZZ, ST=Berth, O=Berth, CN=${name}`],
    };
    const text = JSON.stringify({ version: '1.0', trustPolicies: [policy] });
    writeFileSync(join(stage.home, '.config', 'notation', 'trustpolicy.json'), text);
  }

  beforeAll(async () => {
    const certificate = join(stage.home, 'berth.pem');
    writeFileSync(certificate, await stage.registry.berth('signing', 'certificate'));
    mkdirSync(join(stage.home, '.config', 'notation'), { recursive: true });
    await notation('cert', 'add', '--type', 'signingAuthority', '--store', 'berth', certificate);
  });

  test('what is pushed is signed at once, and verified under the authority that the registry names', async () => {
    const profile = ['--profile-name', 'release', '--platform-id', 'Notation-OCI-SHA384-ECDSA'];
    const { arn } = await aws('signer', 'put-signing-profile', ...profile, '--tags', 'team=red');
    const rules = [{ signingProfileArn: arn, repositoryFilters: [{ filter: 'prod/*', filterType: 'WILDCARD_MATCH' }] }];
    await aws('ecr', 'put-signing-configuration', '--signing-configuration', JSON.stringify({ rules }));
    const repository = await stage.repository('prod/app');
    await onStage(stage, newest('skopeo'))('copy', '--all', 'oci:layout:multi', `docker://${repository}:1`);
    const { digest } = stage.images.multi;

    const image = ['--repository-name', 'prod/app', '--image-id', `imageDigest=${digest}`];
    const done = [{ signingProfileArn: arn, status: 'COMPLETE' }];
    await expect
      .poll(async () => (await aws('ecr', 'describe-image-signing-status', ...image))['signingStatuses'])
      .toEqual(done);
    trust('release');
    expect(await notation('verify', ...login(), `${repository}@${digest}`)).toContain('Successfully verified');
    expect(await notation('inspect', ...login(), `${repository}@${digest}`)).toContain('notary.x509.signingAuthority');
    // Another profile is not trusted with it.
    trust('another');
    await expect(notation('verify', ...login(), `${repository}@${digest}`)).rejects.toThrow(
      /signature verification failed/,
    );
  });

  test('the AWS CLI tags, shows and cancels a profile', async () => {
    const name = ['--profile-name', 'short'];
    const profile = [...name, '--platform-id', 'Notation-OCI-SHA384-ECDSA'];
    const made = await aws(
      'signer',
      'put-signing-profile',
      ...profile,
      '--signature-validity-period',
      'value=6,type=MONTHS',
    );
    const arn = ['--resource-arn', String(made['arn'])];
    await aws('signer', 'tag-resource', ...arn, '--tags', 'team=red,stage=prod');
    await aws('signer', 'untag-resource', ...arn, '--tag-keys', 'team');
    await aws('signer', 'cancel-signing-profile', ...name);

    expect(await aws('signer', 'get-signing-profile', ...name)).toMatchObject({
      status: 'Canceled',
      signatureValidityPeriod: { value: 6, type: 'MONTHS' },
      tags: { stage: 'prod' },
    });
  });
});
