import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MODELS, type Service } from '../../../src/aws/model/models.ts';
import { allOperations } from '../../../src/aws/operations.ts';
import { startBerth, type TestBerth } from '../../berth.ts';
import { ecrClient } from '../client.ts';
import { allows, iamClient, trusts } from '../iam/client.ts';
import { kmsClient, newKey } from '../kms.ts';
import { sampleOf } from '../samples.ts';
import { credentialsOf, stsClient } from '../sts.ts';
import { CE_ROWS } from './ce-rows.ts';
import { ECR_ROWS } from './ecr-rows.ts';
import { EVENTS_ROWS } from './events-rows.ts';
import { IAM_ROWS } from './iam-rows.ts';
import { KMS_ROWS } from './kms-rows.ts';
import type { Rows } from './rows.ts';
import { answerTo } from './send.ts';
import { SERVICE_QUOTAS_ROWS } from './service-quotas-rows.ts';
import { SIGNER_ROWS } from './signer-rows.ts';
import { STS_ROWS } from './sts-rows.ts';

const ROWS: Readonly<Record<Service, Rows>> = {
  ecr: ECR_ROWS,
  iam: IAM_ROWS,
  sts: STS_ROWS,
  kms: KMS_ROWS,
  cloudtrail: {},
  ce: CE_ROWS,
  events: EVENTS_ROWS,
  signer: SIGNER_ROWS,
  servicequotas: SERVICE_QUOTAS_ROWS,
};
/** These are asked for credentials. */
const GIVES = new Set(['GetAuthorizationToken', 'GetSessionToken', 'GetFederationToken']);
// The trail first: it shows the newest fifty, which soon are these reads themselves.
const READS = (await allOperations())
  .filter((it) => /^(?:Get|List|Describe|Simulate|Batch(?:Get|Check)|Lookup)/.test(it.name))
  .filter((it) => !GIVES.has(it.name) && !it.isUnsigned);

const PASSWORDS = ['First-words-1', 'Second-words-2'] as const;

let berth: TestBerth;
let key: string;
/** What nobody may read who was not given it. */
const secrets: Record<string, string> = {};
beforeAll(async () => {
  berth = await startBerth();
  const iam = iamClient(berth);
  const UserName = 'sample';
  secrets['key of root'] = berth.secretAccessKey;
  await iam.createUser({ UserName });
  await iam.putUserPolicy({ UserName, PolicyName: 'sample', PolicyDocument: allows('*') });
  const { AccessKey } = await iam.createAccessKey({ UserName });
  secrets['key of the user'] = AccessKey?.SecretAccessKey ?? '';
  secrets['first password'] = PASSWORDS[0];
  secrets['second password'] = PASSWORDS[1];
  await iam.createLoginProfile({ UserName, Password: PASSWORDS[0] });
  await iam.updateLoginProfile({ UserName, Password: PASSWORDS[1] });
  await iam.createGroup({ GroupName: 'sample' });
  await iam.addUserToGroup({ GroupName: 'sample', UserName });
  await iam.createPolicy({ PolicyName: 'sample', PolicyDocument: allows('ecr:*') });
  const trust = trusts({ AWS: `arn:aws:iam::${berth.registry.account}:user/sample` });
  await iam.createRole({ RoleName: 'sample', AssumeRolePolicyDocument: trust });
  await iam.generateCredentialReport({});

  const user = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: secrets['key of the user'] };
  const RoleArn = `arn:aws:iam::${berth.registry.account}:role/sample`;
  const assumed = await stsClient(berth, user).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
  const session = credentialsOf(assumed);
  secrets['key of a session'] = session.secretAccessKey;
  secrets['token of a session'] = session.sessionToken ?? '';
  const login = await ecrClient(berth).send(new GetAuthorizationTokenCommand({}));
  secrets['login'] = login.authorizationData?.[0]?.authorizationToken ?? '';

  const kms = kmsClient(berth);
  key = (await newKey(kms)).arn;
  const { Plaintext: dataKey } = await kms.generateDataKey({ KeyId: key, KeySpec: 'AES_256' });
  secrets['data key'] = Buffer.from(dataKey ?? []).toString('base64');
  const { CiphertextBlob } = await kms.encrypt({ KeyId: key, Plaintext: Buffer.from('what was encrypted') });
  await kms.decrypt({ CiphertextBlob });
  secrets['plaintext'] = Buffer.from('what was encrypted').toString('base64');
  const rows = await berth.world.metadata.read((tx) => tx.selectFrom('iam_login_profiles').selectAll().execute());
  secrets['hash of the password'] = JSON.parse(rows[0]?.password_hash ?? '').hashes[0];
  await berth.createRepository('sample');
  // What is recorded is written down.
  await berth.restart();
});
afterAll(() => berth.stop());

test('no operation that reads shows a secret that another one made, not even to root', async () => {
  for (const [name, secret] of Object.entries(secrets)) expect(secret.length, name).toBeGreaterThan(10);
  let answered = 0;
  for (const { service, name } of READS) {
    const answer = await answerTo(berth, {
      service,
      operation: name,
      input: inputOf(service, name),
      credentials: berth,
    });
    if (answer.status === 200) answered++;
    const shown = Object.entries(secrets).filter(([, secret]) => holds(answer.body, secret));
    expect({ name, shown: shown.map(([it]) => it) }).toEqual({ name, shown: [] });
  }

  expect(answered).toBeGreaterThan(READS.length / 2);
});

/** As it is, or in Base64, as the credential report comes. */
function holds(body: string, secret: string): boolean {
  const contents = /<Content>([^<]*)<\/Content>/.exec(body)?.[1] ?? '';
  return body.includes(secret) || Buffer.from(contents, 'base64').includes(secret);
}

function inputOf(service: Service, name: string): object {
  const model = MODELS[service];
  const shapeName = model.operations.get(name)?.input;
  const sample = shapeName === undefined ? {} : sampleOf(model, shapeName);
  const { account, region } = berth.registry;
  const words: Readonly<Record<string, string>> = { account, region, key };
  const input = JSON.stringify({ ...(sample as object), ...ROWS[service][name]?.input });
  return JSON.parse(input.replaceAll(/\{([a-z]+)\}/g, (braced, word: string) => words[word] ?? braced));
}
