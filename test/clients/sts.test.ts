// Temporary credentials as people have them: by profiles, by token files, and as a container client's login.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateAccessKeyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Credentials } from '../identity.ts';
import { startHttps } from '../servers/https.ts';
import { federatedTrust, type Issuer, issuer, publishing } from '../servers/issuer.ts';
import { findAwsClis } from './aws-cli.ts';
import { runAws } from './aws-cli-host.ts';
import { findOnPath, newest, sayMissing, withNewest } from './client.ts';
import { podmanOptions } from './container-stores.ts';
import { startDockerEngine } from './docker-engine.ts';
import { attempt, run } from './run.ts';
import { awsEnv, onStage, useStage } from './stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'bc-issuer-'));
let it: Issuer;
// It must be there before Berth starts, which is told whom to believe.
const server = await startHttps(['127.0.0.1'], (request, response) => publishing(() => it)(request, response));
writeFileSync(join(folder, 'ca.pem'), server.authority);
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const stage = useStage({
  environment: { BERTH_OUTBOUND_ALLOW: '127.0.0.1', BERTH_OUTBOUND_CA_FILE: join(folder, 'ca.pem') },
});

interface Key extends Credentials {
  readonly accountId: string;
}

/** The second account, whose user has nothing but what roles of the first give him. */
let other: Key;
let bob: Credentials;

const A = '123456789012';
const PULL = ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'sts:AssumeRole'];
const allow = (Action: string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

function iamOf({ accessKeyId, secretAccessKey }: Credentials): IAMClient {
  const { url, region, ca } = stage.registry;
  return new IAMClient({
    endpoint: url,
    region,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: { httpsAgent: new Agent({ ca, keepAlive: false }) },
  });
}

/** A role of the first account that may pull, trusting as said. */
async function makeRole(RoleName: string, trust: object): Promise<void> {
  const iam = iamOf(stage.registry);
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'pull', PolicyDocument: allow(PULL) }));
}

function trusting(principal: string, Condition?: object): object {
  const statement = { Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole', Condition };
  return { Version: '2012-10-17', Statement: [statement] };
}

beforeAll(async () => {
  other = JSON.parse(await stage.registry.berth('account', 'create', 'Team B', '--output', 'json'));
  const iam = iamOf(other);
  await iam.send(new CreateUserCommand({ UserName: 'bob' }));
  const mayAssume = { UserName: 'bob', PolicyName: 'assume', PolicyDocument: allow(['sts:AssumeRole']) };
  await iam.send(new PutUserPolicyCommand(mayAssume));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'bob' }));
  bob = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };

  const condition = { StringEquals: { 'sts:ExternalId': 'e-1', 'sts:RoleSessionName': 'builds' } };
  await makeRole('reader', trusting(`arn:aws:iam::${other.accountId}:user/bob`, condition));
  await makeRole('chained', trusting(`arn:aws:iam::${A}:role/reader`));

  it = await issuer({ world: { clock: systemClock } }, `https://127.0.0.1:${server.port}`);
  const Url = it.url;
  const made = await iamOf(stage.registry).send(
    new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ['sts.amazonaws.com'] }),
  );
  await makeRole(
    'pod',
    federatedTrust(made.OpenIDConnectProviderArn ?? '', {
      StringEquals: { [`127.0.0.1:${server.port}:sub`]: 'system:serviceaccount:shop:cart' },
    }),
  );

  mkdirSync(join(stage.home, '.aws'));
  writeFileSync(
    join(stage.home, '.aws', 'credentials'),
    `[bob]\naws_access_key_id = ${bob.accessKeyId}\naws_secret_access_key = ${bob.secretAccessKey}\n`,
  );
  writeFileSync(
    join(stage.home, '.aws', 'config'),
    `[profile bob]
[profile reader]
role_arn = arn:aws:iam::${A}:role/reader
source_profile = bob
external_id = e-1
role_session_name = builds
duration_seconds = 900
[profile stranger]
role_arn = arn:aws:iam::${A}:role/reader
source_profile = bob
external_id = e-2
role_session_name = builds
[profile chained]
role_arn = arn:aws:iam::${A}:role/chained
source_profile = reader
role_session_name = later
`,
  );
  const exp = Math.floor(systemClock.now().getTime() / 1_000) + 3_600;
  writeFileSync(join(stage.home, 'token'), await it.token({ sub: 'system:serviceaccount:shop:cart', exp }));
}, 120_000);

/** What AWS clients read, but no keys: those are found by profile or token file. */
function env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...rest } = awsEnv(stage.registry, stage.home);
  return { ...stage.env('old'), ...rest, ...more };
}

const asPod = () =>
  env({
    AWS_WEB_IDENTITY_TOKEN_FILE: join(stage.home, 'token'),
    AWS_ROLE_ARN: `arn:aws:iam::${A}:role/pod`,
    AWS_ROLE_SESSION_NAME: 'cart-1',
  });

describe.each(findAwsClis())('$title', ({ program, knowsAll }) => {
  const aws = async (args: string[], environment = env(), start = runAws) =>
    JSON.parse(
      await start(program, [...args, '--endpoint-url', stage.registry.url, '--output', 'json'], {
        env: environment,
        cwd: stage.home,
      }),
    );
  const arnOf = async (environment: Record<string, string>, start = runAws) =>
    (await aws(['sts', 'get-caller-identity'], environment, start)).Arn;
  const asEnv = ({ Credentials: given }: { Credentials: Record<string, string> }) =>
    env({
      AWS_ACCESS_KEY_ID: given['AccessKeyId'] ?? '',
      AWS_SECRET_ACCESS_KEY: given['SecretAccessKey'] ?? '',
      AWS_SESSION_TOKEN: given['SessionToken'] ?? '',
    });

  test('aws sts gives credentials that it takes itself', async () => {
    const own = env({ AWS_ACCESS_KEY_ID: bob.accessKeyId, AWS_SECRET_ACCESS_KEY: bob.secretAccessKey });
    const role = [
      '--role-arn',
      `arn:aws:iam::${A}:role/reader`,
      '--role-session-name',
      'builds',
      '--external-id',
      'e-1',
    ];
    const assumed = await aws(['sts', 'assume-role', ...role], own);
    const session = await aws(['sts', 'get-session-token', '--duration-seconds', '900'], own);
    const info = await aws(
      ['sts', 'get-access-key-info', '--access-key-id', bob.accessKeyId],
      env({
        AWS_ACCESS_KEY_ID: stage.registry.accessKeyId,
        AWS_SECRET_ACCESS_KEY: stage.registry.secretAccessKey,
      }),
    );

    expect(await arnOf(asEnv(assumed))).toBe(`arn:aws:sts::${A}:assumed-role/reader/builds`);
    expect(await arnOf(asEnv(session))).toBe(`arn:aws:iam::${other.accountId}:user/bob`);
    expect(info).toEqual({ Account: other.accountId });
  });

  test('aws sts assume-role-with-web-identity takes a token', async () => {
    const answer = await aws([
      'sts',
      'assume-role-with-web-identity',
      '--role-arn',
      `arn:aws:iam::${A}:role/pod`,
      '--role-session-name',
      'cart-2',
      '--web-identity-token',
      await it.token({ sub: 'system:serviceaccount:shop:cart' }),
    ]);

    expect(answer).toMatchObject({ SubjectFromWebIdentityToken: 'system:serviceaccount:shop:cart' });
    expect(await arnOf(asEnv(answer))).toBe(`arn:aws:sts::${A}:assumed-role/pod/cart-2`);
  });

  // The distribution's version asks Amazon's own STS for the roles of profiles: it reads no endpoint from the environment.
  if (!knowsAll) return;

  test('profiles with roles work, one upon the other, and with the right external id alone', async () => {
    expect(await arnOf(env({ AWS_PROFILE: 'reader' }), run)).toBe(`arn:aws:sts::${A}:assumed-role/reader/builds`);
    expect(await arnOf(env({ AWS_PROFILE: 'chained' }), run)).toBe(`arn:aws:sts::${A}:assumed-role/chained/later`);
    const stranger = await attempt(program, ['sts', 'get-caller-identity', '--profile', 'stranger'], {
      env: env(),
      cwd: stage.home,
    });
    expect(stranger.code).not.toBe(0);
    expect(stranger.stderr).toMatch(
      /\(AccessDenied\) when calling the AssumeRole operation.*: User: arn:aws:iam::[0-9]{12}:user\/bob is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role\/reader\n*$/,
    );
  });

  test('a token file is a login, as in a pod', async () => {
    expect(await arnOf(asPod(), run)).toBe(`arn:aws:sts::${A}:assumed-role/pod/cart-1`);
  });
});

const python = findOnPath('python3');
const hasBoto =
  python !== undefined && (await attempt(python, ['-c', 'import boto3'], { env: { HOME: '/nonexistent' } })).code === 0;
if (!hasBoto) sayMissing('boto3 with roles', ['a python3 with boto3']);
else {
  test('boto3 takes roles by profile and by token file', async () => {
    writeFileSync(
      join(stage.home, 'who.py'),
      "import boto3\nprint(boto3.client('sts').get_caller_identity()['Arn'])\nprint(boto3.client('ecr').get_authorization_token()['authorizationData'][0]['proxyEndpoint'])",
    );
    const who = (environment: Record<string, string>) => run(python, ['who.py'], { env: environment, cwd: stage.home });

    expect(await who(env({ AWS_PROFILE: 'chained' }))).toContain(
      `arn:aws:sts::${A}:assumed-role/chained/later\nhttps://`,
    );
    expect(await who(asPod())).toContain(`arn:aws:sts::${A}:assumed-role/pod/cart-1\nhttps://`);
  });
}

const cli = findAwsClis().find((found) => found.knowsAll);
if (!cli) sayMissing('container logins by role', ['an AWS CLI of today']);
else {
  withNewest('a docker login by role', ['dockerd', 'docker', 'runc', 'skopeo'], () => {
    test('pulls from the account of the role', async () => {
      const address = await stage.repository('sts/docker');
      await onStage(stage, newest('skopeo'))('copy', 'oci:layout:single', `docker://${address}:1`);
      const client = newest('dockerd');
      const engine = await startDockerEngine(client, {
        home: stage.home,
        env: { ...stage.env(client.age), ...env(), DOCKER_CONFIG: join(stage.home, 'docker-by-role') },
      });
      try {
        const { host } = stage.registry;
        const said = await engine.script(
          `${cli.program} ecr get-login-password --profile reader | docker login --username AWS --password-stdin ${host}`,
        );
        expect(said).toContain('Login Succeeded');
        await engine.docker('pull', '-q', `${address}:1`);
        await expect(engine.docker('push', `${address}:1`)).rejects.toThrow(
          /assumed-role\/reader\/builds is not authorized to perform: ecr:/,
        );
      } finally {
        await engine.stop();
      }
    });
  });

  withNewest('a container login by role', ['podman', 'skopeo', 'runc', 'conmon'], () => {
    const podman = (...args: string[]) => onStage(stage, newest('podman'))(...podmanOptions(stage.home), ...args);
    const skopeo = (...args: string[]) => onStage(stage, newest('skopeo'))(...args);

    async function logIn(profile: string, authfile: string): Promise<string> {
      const options = ['--region', stage.registry.region, '--profile', profile];
      const password = await run(cli?.program ?? '', ['ecr', 'get-login-password', ...options], {
        env: env(),
        cwd: stage.home,
      });
      const { host } = stage.registry;
      await podman('login', '--authfile', authfile, '-u', 'AWS', '-p', password, host);
      return authfile;
    }

    test('pulls from the account of the role, and may do no more than the role', async () => {
      const address = await stage.repository('sts/shared');
      await skopeo('copy', 'oci:layout:single', `docker://${address}:1`);
      const authfile = await logIn('reader', join(stage.home, 'reader.json'));

      await podman('pull', '-q', '--authfile', authfile, `${address}:1`);

      await expect(
        skopeo('copy', '--dest-authfile', authfile, 'oci:layout:single', `docker://${address}:2`),
      ).rejects.toThrow(/assumed-role\/reader\/builds is not authorized to perform: ecr:/);
    });

    test('ends at once when the role is deleted, also when there is a namesake, and when its sessions are revoked', async () => {
      const address = await stage.repository('sts/ends');
      await skopeo('copy', 'oci:layout:single', `docker://${address}:1`);
      const authfile = await logIn('chained', join(stage.home, 'chained.json'));
      const look = () => skopeo('inspect', '--authfile', authfile, `docker://${address}:1`);
      await look();

      const iam = iamOf(stage.registry);
      const revoked = {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date().toISOString() } },
      };
      const PolicyName = 'AWSRevokeOlderSessions';
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [revoked] });
      await iam.send(new PutRolePolicyCommand({ RoleName: 'chained', PolicyName, PolicyDocument }));
      await expect(look()).rejects.toThrow(/explicit deny/);
      await iam.send(new DeleteRolePolicyCommand({ RoleName: 'chained', PolicyName }));
      await look();

      await iam.send(new DeleteRolePolicyCommand({ RoleName: 'chained', PolicyName: 'pull' }));
      await expect(look()).rejects.toThrow(/no identity-based policy/);
      await iam.send(new DeleteRoleCommand({ RoleName: 'chained' }));
      await expect(look()).rejects.toThrow(/Not Authorized|unauthorized|denied/i);
      await makeRole('chained', trusting(`arn:aws:iam::${A}:role/reader`));
      await expect(look()).rejects.toThrow(/Not Authorized|unauthorized|denied/i);
    });
  });
}
