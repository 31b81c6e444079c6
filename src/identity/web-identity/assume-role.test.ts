import { createSecretKey } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { setTrust } from '../../../test/aws/sts.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { account, role, type TestRole } from '../../../test/identity.ts';
import {
  federatedTrust,
  type Issuer,
  issuer,
  outsideOf,
  signingKey,
  trustIssuer,
} from '../../../test/servers/issuer.ts';
import { sharedBerth } from '../../../test/shared-berth.ts';
import { closeAccount } from '../accounts.ts';
import { findSigner } from '../find-signer.ts';
import { assumeRoleWithWebIdentity } from './assume-role.ts';
import { NO_KEY, NOT_A_JWT, UNTRUSTED_ISSUER } from './refusals.ts';

const REQUEST = {
  region: 'us-east-1',
  sourceIp: '203.0.113.7',
  isSecure: true,
  userAgent: undefined,
  referer: undefined,
};

const shared = sharedBerth();
let berth: TestBerth;
let it: Issuer;
let outside: ReturnType<typeof outsideOf>;
let providerArn: string;
let job: TestRole;
beforeEach(async () => {
  berth = await shared.account();
  it = await issuer(berth);
  outside = outsideOf(it);
  providerArn = await trustIssuer(berth, it);
  job = await role(berth, { name: 'job' });
  await setTrust(berth, job, federatedTrust(providerArn));
});

type Asked = Partial<Parameters<typeof assumeRoleWithWebIdentity>[2]>;

function assume(token: string, asked: Asked = {}) {
  const input = { roleArn: job.arn, sessionName: 's1', durationSeconds: undefined, policy: undefined, policyArns: [] };
  return assumeRoleWithWebIdentity({ ...berth.world, outbound: outside }, REQUEST, { ...input, token, ...asked });
}

const refusal = (code: string, message: string | RegExp) =>
  expect.objectContaining({
    code,
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });
const invalid = (message: string | RegExp) => refusal('InvalidIdentityToken', message);
const denied = refusal('AccessDeniedException', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');

const seconds = () => Math.floor(berth.world.clock.now().getTime() / 1_000);

describe('a token of a provider that the role trusts', () => {
  test('is a session of the role, which tells who vouched for it', async () => {
    const answer = await assume(await it.token(), { durationSeconds: 900 });

    expect(answer).toMatchObject({
      id: `${job.id}:s1`,
      arn: `arn:aws:sts::${berth.registry.account}:assumed-role/job/s1`,
      subject: 'job-1',
      audience: 'sts.amazonaws.com',
      providerArn,
      packedPolicySize: undefined,
    });
    const { accessKeyId, sessionToken, expiresAt } = answer.credentials;
    expect(expiresAt).toEqual(new Date((seconds() + 900) * 1_000));
    const signer = await findSigner(berth.world, accessKeyId, sessionToken);
    expect(signer).toMatchObject({ isActive: true, principal: { session: { federatedProvider: providerArn } } });
  });

  test.each(['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'])('may be signed with %s', async (alg) => {
    const key = await signingKey('other', alg);
    it.keys = [it.key.jwk, key.jwk];

    await expect(assume(await it.token({}, { key }))).resolves.toMatchObject({ subject: 'job-1' });
  });

  test('may name no key when there is but one', async () => {
    const key = await signingKey(undefined);
    it.keys = [key.jwk];
    await expect(assume(await it.token({}, { key }))).resolves.toBeDefined();

    const second = await issuer(berth, 'https://second.example.com');
    second.keys = [key.jwk, it.key.jwk];
    outside = outsideOf(second);
    await setTrust(berth, job, federatedTrust(await trustIssuer(berth, second)));
    await expect(assume(await second.token({}, { key }))).rejects.toEqual(invalid(NO_KEY));
  });

  test('may be of an issuer with a path, a port, or a slash at its end', async () => {
    for (const url of ['https://issuer.example.com:8443/a/b', 'https://issuer.example.com/c/']) {
      const other = await issuer(berth, url);
      outside = outsideOf(other);
      await setTrust(berth, job, federatedTrust(await trustIssuer(berth, other)));

      await expect(assume(await other.token())).resolves.toMatchObject({ subject: 'job-1' });
    }
  });

  test('is bounded by policies that are passed', async () => {
    const policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]}';

    await expect(assume(await it.token(), { policy })).resolves.toMatchObject({ packedPolicySize: expect.any(Number) });
    await expect(assume(await it.token(), { policy: '{' })).rejects.toMatchObject({ code: 'MalformedPolicyDocument' });
  });

  test('does not make a session longer than the role allows', async () => {
    await expect(assume(await it.token(), { durationSeconds: 3_601 })).rejects.toEqual(
      refusal('ValidationError', /exceeds the MaxSessionDuration/),
    );
  });
});

describe('what is no token', () => {
  test.each([
    ['text', 'hello'],
    ['three parts that are nothing', 'a.b.c'],
    ['nothing in the middle', 'eyJhbGciOiJFUzI1NiJ9..x'],
    ['a list', 'eyJhbGciOiJFUzI1NiJ9.W10.x'],
    ['five parts, which are encrypted', 'eyJhbGciOiJkaXIifQ.a.b.c.d'],
    ['the form of JSON', '{"payload":"e30","signatures":[]}'],
    ['more than 20,000 characters', `eyJhbGciOiJFUzI1NiJ9.${'a'.repeat(20_000)}.x`],
  ])('is said not to be one: %s', async (_what, token) => {
    await expect(assume(token)).rejects.toEqual(invalid(NOT_A_JWT));
    expect(outside.asked).toEqual([]);
  });

  test.each([
    ['none', undefined],
    ['a number', 7],
    ['plain HTTP', 'http://issuer.example.com'],
    ['a file', 'file:///etc/passwd'],
    ['one with a question', 'https://issuer.example.com?x'],
    ['one with a password', 'https://a:b@issuer.example.com'],
    ['one with a space', ' https://issuer.example.com'],
  ])('so is one whose issuer is %s', async (_what, iss) => {
    await expect(assume(await it.token({ iss }))).rejects.toEqual(invalid(NOT_A_JWT));
    expect(outside.asked).toEqual([]);
  });
});

describe('a token is not believed', () => {
  test('without a signature', async () => {
    const now = seconds();
    const claims = { iss: it.url, aud: 'sts.amazonaws.com', sub: 'job-1', iat: now, exp: now + 300 };

    await expect(assume(new UnsecuredJWT(claims).encode())).rejects.toEqual(invalid(NO_KEY));
    const [, payload] = (await it.token()).split('.');
    const none = Buffer.from('{"alg":"none","kid":"key-1"}').toString('base64url');
    for (const token of [`${none}.${payload}.`, `${none}.${payload}.x`]) {
      await expect(assume(token)).rejects.toMatchObject({ code: 'InvalidIdentityToken' });
    }
  });

  test.each(['HS256', 'HS512'])('with a public key taken for a secret: %s', async (alg) => {
    const key = await signingKey('rsa', 'RS256');
    it.keys = [key.jwk];
    const secret = createSecretKey(Buffer.from(key.publicKey.export({ type: 'spki', format: 'pem' })));
    const now = seconds();
    const token = await new SignJWT({ iss: it.url, aud: 'sts.amazonaws.com', sub: 'job-1', iat: now, exp: now + 300 })
      .setProtectedHeader({ alg, kid: 'rsa' })
      .sign(secret);

    await expect(assume(token)).rejects.toEqual(invalid(NO_KEY));
  });

  test('with an algorithm that AWS does not take', async () => {
    const { privateKey, jwk } = await signingKey('pss', 'RS256');
    it.keys = [{ ...jwk, alg: 'PS256' }];

    await expect(assume(await it.token({}, { key: { alg: 'PS256', privateKey, jwk } }))).rejects.toEqual(
      invalid(NO_KEY),
    );
  });

  test('signed by a key of somebody else', async () => {
    const key = await signingKey('key-1');

    await expect(assume(await it.token({}, { key }))).rejects.toEqual(invalid(NO_KEY));
  });

  test('by a key, or the address of one, that it brings itself', async () => {
    const key = await signingKey('mine');
    const headers = [
      { jwk: key.jwk },
      { jku: 'https://evil.example.com/keys' },
      { x5u: 'https://evil.example.com/cert' },
      { kid: 'https://evil.example.com/keys' },
      { kid: '../../../../dev/null' },
      { kid: '__proto__' },
      { kid: 'key-1', jwk: key.jwk },
    ];

    for (const header of headers) {
      await expect(assume(await it.token({}, { key, header }))).rejects.toEqual(invalid(NO_KEY));
    }
    expect(new Set(outside.asked.map((address) => new URL(address).host))).toEqual(new Set(['issuer.example.com']));
  });

  test('with a header that must be understood', async () => {
    const token = await it.token({}, { header: { crit: ['urn:x'], 'urn:x': true } });

    await expect(assume(token)).rejects.toEqual(invalid(NO_KEY));
  });

  test('when one letter of it is another', async () => {
    const [header = '', payload = '', signature = ''] = (await it.token()).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'job-2' })).toString('base64url');

    await expect(assume(`${header}.${forged}.${signature}`)).rejects.toEqual(invalid(NO_KEY));
    await expect(assume(`${header}.${payload}.${signature.slice(4)}`)).rejects.toEqual(invalid(NO_KEY));
  });

  test.each([
    ['is too short', async () => (await signingKey('x', 'RS256', 1_024)).jwk],
    ['is for encryption', async () => ({ ...it.key.jwk, kid: 'x', use: 'enc' })],
    ['may not verify', async () => ({ ...it.key.jwk, kid: 'x', key_ops: ['sign'] })],
    ['is of another algorithm', async () => ({ ...it.key.jwk, kid: 'x', alg: 'ES384' })],
    ['is of another curve', async () => ({ ...(await signingKey('x', 'ES384')).jwk, alg: 'ES256' })],
    ['is a secret', async () => ({ kty: 'oct', k: 'AAAA', kid: 'x' })],
  ])('by a key that %s', async (_what, jwk) => {
    it.keys = [await jwk()];
    const key = { ...it.key, jwk: { ...it.key.jwk, kid: 'x' } };

    await expect(assume(await it.token({}, { key }))).rejects.toEqual(invalid(NO_KEY));
  });
});

describe('the provider must be', () => {
  test.each([
    ['there', 'https://other.example.com'],
    ['spelt as the issuer: a slash more', 'https://issuer.example.com/'],
    ['spelt as the issuer: its case', 'https://ISSUER.example.com'],
    ['spelt as the issuer: a port more', 'https://issuer.example.com:443'],
  ])('%s', async (_what, iss) => {
    await expect(assume(await it.token({ iss }))).rejects.toEqual(
      invalid(`No OpenIDConnect provider found in your account for ${iss}`),
    );
    expect(outside.asked).toEqual([]);
  });

  test("of the role's own account", async () => {
    const other = await account(berth);
    const theirs = await role(berth, { account: other.account });
    await setTrust(berth, theirs, federatedTrust(providerArn));

    await expect(assume(await it.token(), { roleArn: theirs.arn })).rejects.toEqual(
      invalid('No OpenIDConnect provider found in your account for https://issuer.example.com'),
    );
    await trustIssuer(berth, it, { account: other.account });
    await expect(assume(await it.token(), { roleArn: theirs.arn })).rejects.toEqual(denied);
  });

  test('named by the trust policy', async () => {
    const second = await trustIssuer(berth, { url: 'https://second.example.com' });
    await setTrust(berth, job, federatedTrust(second));

    await expect(assume(await it.token())).rejects.toEqual(denied);
  });
});

describe('what a token says must be right', () => {
  test.each<[string, () => object, object]>([
    [
      'it is over',
      () => ({ exp: seconds() - 1 }),
      refusal(
        'ExpiredTokenException',
        /^Token expired: current date\/time [0-9]{10} must be before the expiration date\/time [0-9]{10}$/,
      ),
    ],
    ['it is over just now', () => ({ exp: seconds() }), refusal('ExpiredTokenException', /^Token expired/)],
    ['it never ends', () => ({ exp: undefined }), invalid('Missing a required claim: exp')],
    ['its end is no time', () => ({ exp: '2030' }), invalid(NOT_A_JWT)],
    ['it says not when it began', () => ({ iat: undefined }), invalid('Missing a required claim: iat')],
    ['it begins in six minutes', () => ({ iat: seconds() + 360 }), invalid(/in the future/)],
    ['it is not good before six minutes', () => ({ nbf: seconds() + 360 }), invalid(/in the future/)],
    ['it is for somebody else', () => ({ aud: 'https://example.com' }), invalid('Incorrect token audience')],
    ['it is for nobody', () => ({ aud: undefined }), invalid('Incorrect token audience')],
    ['it is for others', () => ({ aud: ['a', 'b', 7] }), invalid('Incorrect token audience')],
    [
      'azp counts for Google alone',
      () => ({ aud: 'x', azp: 'sts.amazonaws.com' }),
      invalid('Incorrect token audience'),
    ],
    ['it is about nobody', () => ({ sub: undefined }), invalid('Missing a required claim: sub')],
    ['it is about nothing', () => ({ sub: '' }), invalid('Missing a required claim: sub')],
  ])('but %s', async (_what, claims, error) => {
    await expect(assume(await it.token({ ...claims() }))).rejects.toEqual(error);
  });

  test('and may be a little ahead, and for several', async () => {
    const ahead = { iat: seconds() + 290, nbf: seconds() + 290, aud: ['x', 'sts.amazonaws.com'] };

    await expect(assume(await it.token(ahead))).resolves.toMatchObject({ audience: 'sts.amazonaws.com' });
  });

  test('and of Google the client is in azp', async () => {
    const google = await issuer(berth, 'https://accounts.google.com');
    outside = outsideOf(google);
    const arn = await trustIssuer(berth, google, { clientIds: ['client-1'] });
    const condition = { StringEquals: { 'accounts.google.com:aud': 'client-1', 'accounts.google.com:oaud': 'mine' } };
    await setTrust(
      berth,
      job,
      federatedTrust(arn, { ...condition, StringLike: { 'accounts.google.com:sub': 'job-*' } }),
    );

    await expect(assume(await google.token({ azp: 'client-1', aud: 'mine' }))).resolves.toMatchObject({
      audience: 'client-1',
    });
    await expect(assume(await google.token({ azp: 'mine', aud: 'client-1' }))).rejects.toEqual(
      invalid('Incorrect token audience'),
    );
  });
});

describe('whoever cannot be asked, or says what cannot be used', () => {
  const discovery = 'https://issuer.example.com/.well-known/openid-configuration';
  const keys = 'https://issuer.example.com/keys';
  const down = refusal('IDPCommunicationError', /^An error occurred when retrieving the discovery document/);

  test.each<[string, string, unknown, object]>([
    ['is not reached', discovery, 'unreachable', down],
    ['does not answer in time', keys, 'timed out', down],
    ['answers with an error', discovery, 500, down],
    ['has no such document', keys, 404, down],
    ['has a certificate of nobody', discovery, 'untrusted', invalid(UNTRUSTED_ISSUER)],
    ['leads inside', keys, 'refused', invalid(NO_KEY)],
    ['says far too much', keys, 'too large', invalid(NO_KEY)],
    ['says what is no JSON', discovery, Buffer.from('<html>'), invalid(NO_KEY)],
    ['says null', keys, Buffer.from('null'), invalid(NO_KEY)],
    ['is another issuer', discovery, { issuer: 'https://issuer.example.com/', jwks_uri: keys }, invalid(NO_KEY)],
    ['does not say where its keys are', discovery, { issuer: 'https://issuer.example.com' }, invalid(NO_KEY)],
    ['has keys that are no list', keys, { keys: {} }, invalid(NO_KEY)],
    ['has 101 keys', keys, { keys: Array(101).fill({ kty: 'RSA' }) }, invalid(NO_KEY)],
    ['has no keys', keys, { keys: [] }, invalid(NO_KEY)],
  ])('%s', async (_what, address, found, error) => {
    it.documents.set(address, found);

    await expect(assume(await it.token())).rejects.toEqual(error);
  });
});

test('who has no good token does not learn whether there is a role', async () => {
  const none = { roleArn: `${job.arn}-none` };
  const key = await signingKey('key-1');
  const bad = await it.token({}, { key });

  await expect(assume(bad)).rejects.toEqual(invalid(NO_KEY));
  await expect(assume(bad, none)).rejects.toEqual(invalid(NO_KEY));
  await expect(assume(await it.token(), none)).rejects.toEqual(denied);
  await expect(assume(await it.token(), { roleArn: `arn:aws:iam::${berth.registry.account}:user/x` })).rejects.toEqual(
    refusal('ValidationError', /is invalid$/),
  );
});

test('a role in a closed account is no role', async () => {
  const other = await account(berth);
  const theirs = await role(berth, { account: other.account });
  const arn = await trustIssuer(berth, it, { account: other.account });
  await setTrust(berth, theirs, federatedTrust(arn));
  await expect(assume(await it.token(), { roleArn: theirs.arn })).resolves.toBeDefined();

  await closeAccount(berth.world, other.account);

  await expect(assume(await it.token(), { roleArn: theirs.arn })).rejects.toEqual(denied);
});

describe('the trust policy may ask for what the token says', () => {
  const claims = { groups: ['dev', 'ops'], protected: true, project_id: 42, nested: { a: 1 }, mixed: ['a', 1] };

  test.each<[string, object, boolean]>([
    ['sub', { StringEquals: { 'issuer.example.com:sub': 'job-1' } }, true],
    ['sub, with case', { StringEquals: { 'issuer.example.com:sub': 'JOB-1' } }, false],
    ['sub, whatever the case of the key', { StringEquals: { 'Issuer.Example.com:SUB': 'job-1' } }, true],
    ['aud', { StringEquals: { 'issuer.example.com:aud': 'sts.amazonaws.com' } }, true],
    ['another aud', { StringEquals: { 'issuer.example.com:aud': 'other' } }, false],
    ['a truth value', { Bool: { 'issuer.example.com:protected': 'true' } }, true],
    ['a number', { NumericEquals: { 'issuer.example.com:project_id': '42' } }, true],
    ['one of a list', { 'ForAnyValue:StringEquals': { 'issuer.example.com:groups': 'ops' } }, true],
    ['none of a list', { 'ForAnyValue:StringEquals': { 'issuer.example.com:groups': 'root' } }, false],
    ['what is not offered: an object', { Null: { 'issuer.example.com:nested': 'false' } }, false],
    ['what is not offered: a mixed list', { Null: { 'issuer.example.com:mixed': 'false' } }, false],
    ['what is not offered: the issuer', { Null: { 'issuer.example.com:iss': 'false' } }, false],
    ['a claim of another provider', { StringEquals: { 'other.example.com:sub': 'job-1' } }, false],
    ['the name of the session', { StringEquals: { 'sts:RoleSessionName': 's1' } }, true],
    ['who vouches', { StringLike: { 'aws:FederatedProvider': '*oidc-provider/issuer.example.com' } }, true],
    ['where it comes from', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, true],
    ['a principal there is not yet', { Null: { 'aws:PrincipalArn': 'true' } }, true],
  ])('%s', async (_what, condition, isTrusted) => {
    await setTrust(berth, job, federatedTrust(providerArn, condition));
    const answer = assume(await it.token(claims));

    if (isTrusted) await expect(answer).resolves.toBeDefined();
    else await expect(answer).rejects.toEqual(denied);
  });

  test.each<[string, string, object, object, object]>([
    [
      'GitHub',
      'https://token.actions.githubusercontent.com',
      {
        sub: 'repo:acme/web:ref:refs/heads/main',
        repository: 'acme/web',
        repository_id: '74',
        ref: 'refs/heads/main',
        ref_protected: 'true',
        actor: 'octocat',
        job_workflow_ref: 'acme/web/.github/workflows/ci.yml@refs/heads/main',
        run_attempt: '1',
      },
      { sub: 'repo:acme/web:ref:refs/heads/evil' },
      {
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:repository_id': '74',
        },
        StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:acme/*:ref:refs/heads/main' },
      },
    ],
    [
      'GitLab',
      'https://gitlab.com',
      {
        aud: 'https://gitlab.com',
        sub: 'project_path:acme/web:ref_type:branch:ref:main',
        namespace_id: '72',
        project_id: '20',
        ref_protected: 'true',
        user_email: 'a@example.com',
      },
      { sub: 'project_path:acme/other:ref_type:branch:ref:main' },
      {
        StringLike: { 'gitlab.com:sub': 'project_path:acme/web:*' },
        StringEquals: { 'gitlab.com:ref_protected': 'true' },
      },
    ],
    [
      'Kubernetes',
      'https://kubernetes.default.svc.cluster.local',
      {
        aud: ['sts.amazonaws.com'],
        sub: 'system:serviceaccount:shop:cart',
        jti: 'x',
        'kubernetes.io': { namespace: 'shop', serviceaccount: { name: 'cart', uid: 'y' } },
      },
      { sub: 'system:serviceaccount:shop:other' },
      { StringEquals: { 'kubernetes.default.svc.cluster.local:sub': 'system:serviceaccount:shop:cart' } },
    ],
  ])('as with tokens of %s', async (_of, url, claims_, others, condition) => {
    const provider = await issuer(berth, url);
    outside = outsideOf(provider);
    const arn = await trustIssuer(berth, provider, { clientIds: ['sts.amazonaws.com', 'https://gitlab.com'] });
    await setTrust(berth, job, federatedTrust(arn, condition));

    await expect(assume(await provider.token({ ...claims_ }))).resolves.toMatchObject({ providerArn: arn });
    await expect(assume(await provider.token({ ...claims_, ...others }))).rejects.toEqual(denied);
  });
});

test('a provider whose name is that of a service says nothing in its place', async () => {
  const aws = await issuer(berth, 'https://aws');
  outside = outsideOf(aws);
  const arn = await trustIssuer(berth, aws);
  await setTrust(berth, job, federatedTrust(arn, { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }));

  await expect(assume(await aws.token({ SourceIp: '10.0.0.1', sourceip: '10.0.0.1' }))).rejects.toEqual(denied);
  await setTrust(berth, job, federatedTrust(arn, { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }));
  await expect(assume(await aws.token({ SourceIp: '10.0.0.1' }))).resolves.toBeDefined();
});

describe('what a token wants its session to carry', () => {
  const claims = {
    'https://aws.amazon.com/tags': {
      principal_tags: { Project: ['web'], Stage: 'test' },
      transitive_tag_keys: ['Project'],
    },
    'https://aws.amazon.com/source_identity': 'octocat',
  };
  const all = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'];
  const trusting = (actions: string[], condition: object = {}) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Federated: providerArn }, Action: actions, Condition: condition }],
  });

  test('it carries, when the role trusts the provider for that too', async () => {
    const condition = {
      StringEquals: { 'aws:RequestTag/project': 'web', 'sts:SourceIdentity': 'octocat' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['Project', 'Stage'], 'sts:TransitiveTagKeys': ['Project'] },
    };
    await setTrust(berth, job, trusting(all, condition));

    const answer = await assume(await it.token(claims));

    expect(answer).toMatchObject({ sourceIdentity: 'octocat', packedPolicySize: expect.any(Number) });
    const { accessKeyId, sessionToken } = answer.credentials;
    expect((await findSigner(berth.world, accessKeyId, sessionToken))?.principal.session).toMatchObject({
      tags: { Project: 'web', Stage: 'test' },
      transitiveTagKeys: ['Project'],
      sourceIdentity: 'octocat',
    });
  });

  test.each(all)('it does not get without %s', async (missing) => {
    await setTrust(berth, job, trusting(all.filter((action) => action !== missing)));

    await expect(assume(await it.token(claims))).rejects.toEqual(
      refusal('AccessDeniedException', `Not authorized to perform ${missing}`),
    );
  });

  test.each<[string, object]>([
    ['tags that are a list', { 'https://aws.amazon.com/tags': [] }],
    ['a tag of two values', { 'https://aws.amazon.com/tags': { principal_tags: { a: ['1', '2'] } } }],
    ['a key that is too long', { 'https://aws.amazon.com/tags': { principal_tags: { ['a'.repeat(129)]: ['1'] } } }],
    ['a value with a star', { 'https://aws.amazon.com/tags': { principal_tags: { a: ['*'] } } }],
    ['an identity with a space', { 'https://aws.amazon.com/source_identity': 'a b' }],
  ])('cannot be %s', async (_what, wrong) => {
    await setTrust(berth, job, trusting(all));

    await expect(assume(await it.token({ ...wrong }))).rejects.toEqual(invalid(/^The claim https:.* cannot be used$/));
  });
});
