import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeRegistryCommand } from '@aws-sdk/client-ecr';
import {
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import { credentialsOf, setTrust, stsClient } from '../../../test/aws/sts.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { allowing, role, type TestRole } from '../../../test/identity.ts';
import { type HttpsServer, startHttps } from '../../../test/servers/https.ts';
import { federatedTrust, type Issuer, issuer, publishing, trustIssuer } from '../../../test/servers/issuer.ts';
import { lookUpEvents } from '../../audit/look-up.ts';

let folder: string;
let server: HttpsServer;
let berth: TestBerth;
let it: Issuer;
let asked: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-issuer-'));
  asked = [];
  server = await startHttps(['127.0.0.1'], (request, response) => {
    asked.push(request.url ?? '');
    publishing(() => it)(request, response);
  });
  const outboundCaFile = join(folder, 'ca.pem');
  await writeFile(outboundCaFile, server.authority);
  berth = await startBerth({ settings: { outboundAllow: [{ address: '127.0.0.1', prefix: 32 }], outboundCaFile } });
  it = await issuer(berth, `https://127.0.0.1:${server.port}/tenant`);
});
afterEach(async () => {
  await berth.stop();
  await server.close();
  await rm(folder, { recursive: true });
});

/** Without keys of its own: the token is all that there is. */
function assume({ arn }: TestRole, token: string, input: Partial<AssumeRoleWithWebIdentityCommandInput> = {}) {
  const sts = new STSClient({ endpoint: berth.url, region: 'us-east-1', maxAttempts: 1 });
  const asked_ = { RoleArn: arn, RoleSessionName: 'ci', WebIdentityToken: token, ...input };
  return sts.send(new AssumeRoleWithWebIdentityCommand(asked_));
}

async function trusted(): Promise<TestRole> {
  const job = await role(berth, { name: 'job', policies: [allowing('ecr:DescribeRegistry')] });
  const condition = { StringLike: { [`127.0.0.1:${server.port}/tenant:sub`]: 'job-*' } };
  await setTrust(berth, job, federatedTrust(await trustIssuer(berth, it), condition));
  return job;
}

test('a token of an issuer that is asked over TLS is worth a session of the role', async () => {
  const job = await trusted();

  const answer = await assume(job, await it.token());

  const arn = 'arn:aws:sts::123456789012:assumed-role/job/ci';
  expect(answer).toMatchObject({
    AssumedRoleUser: { AssumedRoleId: `${job.id}:ci`, Arn: arn },
    SubjectFromWebIdentityToken: 'job-1',
    Audience: 'sts.amazonaws.com',
    Provider: `arn:aws:iam::123456789012:oidc-provider/127.0.0.1:${server.port}/tenant`,
  });
  const credentials = credentialsOf(answer);
  await expect(stsClient(berth, credentials).send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
    Arn: arn,
  });
  await expect(ecrClient(berth, { credentials }).send(new DescribeRegistryCommand({}))).resolves.toBeDefined();
  expect(asked).toEqual(['/tenant/.well-known/openid-configuration', '/tenant/keys']);
  const logged = JSON.stringify(berth.log);
  for (const secret of [credentials.secretAccessKey, credentials.sessionToken]) expect(logged).not.toContain(secret);

  await berth.restart();
  const attribute = { key: 'Username', value: 'job-1' } as const;
  const [event] = await lookUpEvents(berth.world, { registry: berth.registry, attribute, limit: 2 });
  expect(JSON.parse(event?.record ?? '{}')).toMatchObject({
    eventName: 'AssumeRoleWithWebIdentity',
    userIdentity: { type: 'WebIdentityUser', userName: 'job-1' },
    requestParameters: { roleArn: job.arn, webIdentityToken: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
  });
});

test('each no has the code and the status that SDKs know', async () => {
  const job = await trusted();
  const said = async (token: string, input: Partial<AssumeRoleWithWebIdentityCommandInput> = {}) => {
    const error = await assume(job, token, input).catch((it_: unknown) => it_ as Record<string, unknown>);
    const { Code, $metadata } = error as { Code?: string; $metadata?: { httpStatusCode?: number } };
    return [Code, $metadata?.httpStatusCode];
  };
  const over = Math.floor(berth.world.clock.now().getTime() / 1_000) - 1;

  expect(await said('no token')).toEqual(['InvalidIdentityToken', 400]);
  expect(await said(await it.token({ exp: over }))).toEqual(['ExpiredTokenException', 400]);
  expect(await said(await it.token({ sub: 'other' }))).toEqual(['AccessDenied', 403]);
  expect(await said(await it.token(), { ProviderId: 'www.amazon.com' })).toEqual(['InvalidParameterValue', 400]);
  expect(await said(await it.token(), { RoleSessionName: 'a b' })).toEqual(['ValidationError', 400]);
  await server.close();
  berth.pass(24 * 3_600_000 + 300_000);
  expect(await said(await it.token())).toEqual(['IDPCommunicationError', 400]);
});

test('an issuer that is inside is not asked when nobody has said that it may be', async () => {
  const job = await trusted();
  await berth.restart({ outboundAllow: undefined });

  await expect(assume(job, await it.token())).rejects.toEqual(
    refused('InvalidIdentityTokenException', /Couldn't retrieve verification key/),
  );
  expect(asked).toEqual([]);
  expect(berth.log).toContainEqual(
    expect.objectContaining({
      message: 'identity provider could not be asked',
      why: expect.stringMatching(/BERTH_OUTBOUND_ALLOW/),
    }),
  );
});

test('a token is not a signature: other operations ask for one', async () => {
  const sts = new STSClient({
    endpoint: berth.url,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x', sessionToken: await it.token() },
  });

  await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toEqual(refused('InvalidClientTokenId', /./));
});
