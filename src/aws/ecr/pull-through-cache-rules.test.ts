import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreatePullThroughCacheRuleCommand,
  type CreatePullThroughCacheRuleCommandInput,
  DeletePullThroughCacheRuleCommand,
  DescribePullThroughCacheRulesCommand,
  type ECRClient,
  UpdatePullThroughCacheRuleCommand,
  ValidatePullThroughCacheRuleCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { account, allowing, user } from '../../../test/identity.ts';
import { type HttpsServer, startHttps } from '../../../test/servers/https.ts';
import { ECR_LIMITS } from '../../values/limits.ts';

const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:ecr-pullthroughcache/hub-AbCdEf';
const OTHER_SECRET = SECRET.replace('hub', 'other');
const ROLE = 'arn:aws:iam::123456789012:role/upstream';

let folder: string;
let upstream: HttpsServer;
let answerUpstream: (request: IncomingMessage, response: ServerResponse) => void;
let berth: TestBerth;
let ecr: ECRClient;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-upstream-'));
  upstream = await startHttps(['127.0.0.1'], (request, response) => answerUpstream(request, response));
  const outboundCaFile = join(folder, 'ca.pem');
  await writeFile(outboundCaFile, upstream.authority);
  berth = await startBerth({ settings: { outboundAllow: [{ address: '127.0.0.1', prefix: 32 }], outboundCaFile } });
  ecr = ecrClient(berth);
});
afterAll(async () => {
  await berth.stop();
  await upstream.close();
  await rm(folder, { recursive: true });
});
afterEach(async () => {
  for (const { ecrRepositoryPrefix } of await rules()) {
    await ecr.send(new DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix }));
  }
});

const QUAY = { ecrRepositoryPrefix: 'quay', upstreamRegistryUrl: 'quay.io' };
const create = (more: Partial<CreatePullThroughCacheRuleCommandInput> = {}, by = ecr) =>
  by.send(new CreatePullThroughCacheRuleCommand({ ...QUAY, ...more }));

async function rules(...ecrRepositoryPrefixes: string[]) {
  const named = ecrRepositoryPrefixes.length > 0 ? { ecrRepositoryPrefixes } : {};
  return (await ecr.send(new DescribePullThroughCacheRulesCommand(named))).pullThroughCacheRules ?? [];
}

describe('a pull through cache rule', () => {
  test('is made, described, changed and deleted', async () => {
    const now = berth.world.clock.now();
    const shown = { ...QUAY, registryId: '123456789012', upstreamRepositoryPrefix: 'org' };
    const created = await create({ upstreamRepositoryPrefix: 'org' });
    expect(created).toMatchObject({ ...shown, upstreamRegistry: 'quay', createdAt: now });

    berth.pass(60_000);
    const { ecrRepositoryPrefix } = QUAY;
    const updated = await ecr.send(
      new UpdatePullThroughCacheRuleCommand({ ecrRepositoryPrefix, credentialArn: SECRET, customRoleArn: ROLE }),
    );
    const updatedAt = berth.world.clock.now();
    expect(updated).toMatchObject({
      ecrRepositoryPrefix,
      registryId: '123456789012',
      credentialArn: SECRET,
      customRoleArn: ROLE,
      updatedAt,
    });
    await ecr.send(new UpdatePullThroughCacheRuleCommand({ ecrRepositoryPrefix, credentialArn: OTHER_SECRET }));
    expect(await rules('quay')).toEqual([
      {
        ...shown,
        upstreamRegistry: 'quay',
        credentialArn: OTHER_SECRET,
        customRoleArn: ROLE,
        createdAt: now,
        updatedAt,
      },
    ]);

    const deleted = await ecr.send(new DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix }));
    expect(deleted).toMatchObject({ ...shown, credentialArn: OTHER_SECRET, createdAt: now });
    expect(await rules()).toEqual([]);
  });

  test('has a prefix of its own, whether or not a slash is said', async () => {
    await create({ ecrRepositoryPrefix: 'a/b/' });
    await create({ ecrRepositoryPrefix: 'aa' });

    await expect(create({ ecrRepositoryPrefix: 'a/b' })).rejects.toEqual(
      refused('PullThroughCacheRuleAlreadyExistsException', /ecrRepositoryPrefix 'a\/b' already exists/),
    );
    expect((await rules()).map((it) => it.ecrRepositoryPrefix)).toEqual(['a/b/', 'aa']);
    expect(await rules('a/b')).toMatchObject([{ ecrRepositoryPrefix: 'a/b/' }]);
  });

  test.each([
    ['of a kind that is not at the address', { upstreamRegistry: 'k8s' }, 'UnsupportedUpstreamRegistryException'],
    ['at no host', { upstreamRegistryUrl: 'https://quay.io' }, 'UnsupportedUpstreamRegistryException'],
    ['without the credentials it needs', { upstreamRegistryUrl: 'ghcr.io' }, 'InvalidParameterException'],
    [
      'of another account without a role',
      { upstreamRegistryUrl: '111122223333.dkr.ecr.us-east-1.amazonaws.com' },
      'InvalidParameterException',
    ],
    [
      'that is narrower than the whole registry here',
      { ecrRepositoryPrefix: 'ROOT', upstreamRepositoryPrefix: 'library' },
      'InvalidParameterException',
    ],
    [
      'with a secret of another region',
      { credentialArn: SECRET.replace('us-east-1', 'eu-west-1') },
      'UnableToAccessSecretException',
    ],
    [
      'with a role of another account',
      { customRoleArn: ROLE.replace('123456789012', '111122223333') },
      'InvalidParameterException',
    ],
  ] as const)('has no upstream %s', async (_, more, code) => {
    await expect(create(more)).rejects.toMatchObject({ name: code });
    expect(await rules()).toEqual([]);
  });

  test('may have an upstream that ECR does not know', async () => {
    const custom = { upstreamRegistryUrl: 'registry.example.com:8443' };
    const created = await create(custom);
    expect(created).toMatchObject(custom);
    expect(created.upstreamRegistry).toBeUndefined();
    // Terraform's provider would make the rule again if it were said.
    expect(created.upstreamRepositoryPrefix).toBeUndefined();
  });

  test('is one of 50, which come in pages', async () => {
    for (let at = 10; at < 60; at++) await create({ ecrRepositoryPrefix: `rule-${at}` });
    await expect(create()).rejects.toEqual(refused('LimitExceededException', /reached the limit of 50/));
    expect(ECR_LIMITS.pullThroughCacheRulesPerRegistry).toBe(50);

    const first = await ecr.send(new DescribePullThroughCacheRulesCommand({ maxResults: 30 }));
    const { nextToken } = first;
    const second = await ecr.send(new DescribePullThroughCacheRulesCommand({ maxResults: 30, nextToken }));
    const seen = [...(first.pullThroughCacheRules ?? []), ...(second.pullThroughCacheRules ?? [])];
    expect(seen.map((it) => it.ecrRepositoryPrefix)).toEqual(Array.from({ length: 50 }, (_, at) => `rule-${at + 10}`));
    expect(second.nextToken).toBeUndefined();
  });

  test('that does not exist is not found, and one missing name fails all', async () => {
    await create();
    const ecrRepositoryPrefix = 'none';
    const missing = refused(
      'PullThroughCacheRuleNotFoundException',
      "The pull through cache rule with ecrRepositoryPrefix 'none' does not exist in the registry with id '123456789012'",
    );
    await expect(rules('quay', 'none')).rejects.toEqual(missing);
    for (const command of [
      new UpdatePullThroughCacheRuleCommand({ ecrRepositoryPrefix }),
      new DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix }),
      new ValidatePullThroughCacheRuleCommand({ ecrRepositoryPrefix }),
    ]) {
      await expect(ecr.send(command as DeletePullThroughCacheRuleCommand)).rejects.toEqual(missing);
    }
  });

  test('is made by who may hand over its role', async () => {
    const credentials = await user(berth, { policies: [allowing('ecr:CreatePullThroughCacheRule')] });
    const by = ecrClient(berth, { credentials });
    await expect(create({ customRoleArn: ROLE }, by)).rejects.toEqual(
      refused(
        'AccessDeniedException',
        /not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role\/upstream/,
      ),
    );
    await create({}, by);
  });

  test('of another account is not made, nor seen', async () => {
    await create();
    const by = ecrClient(berth, { credentials: await account(berth) });
    const registryId = '123456789012';

    await expect(create({ registryId, ecrRepositoryPrefix: 'theirs' }, by)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(by.send(new DescribePullThroughCacheRulesCommand({ registryId }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});

describe('the validation of a rule', () => {
  async function validated(more: Partial<CreatePullThroughCacheRuleCommandInput> = {}) {
    await create({ upstreamRegistryUrl: `127.0.0.1:${upstream.port}`, ...more });
    const { ecrRepositoryPrefix } = QUAY;
    const { isValid, failure } = await ecr.send(new ValidatePullThroughCacheRuleCommand({ ecrRepositoryPrefix }));
    return { isValid, failure };
  }

  test.each([200, 401, 307])('asks the upstream, which is good when it answers %i', async (status) => {
    const asked: (string | undefined)[] = [];
    answerUpstream = (request, response) => {
      asked.push(request.url);
      response.writeHead(status, { Location: 'https://elsewhere.example.com/v2/' }).end();
    };

    expect(await validated()).toEqual({ isValid: true, failure: undefined });
    expect(asked).toEqual(['/v2/']);
  });

  test('tells what the upstream answers otherwise', async () => {
    answerUpstream = (_, response) => response.writeHead(503).end();
    expect(await validated()).toEqual({
      isValid: false,
      failure: `The upstream registry 127.0.0.1:${upstream.port} answered with HTTP status 503.`,
    });
  });

  test('tells that the upstream is at an address inside', async () => {
    const { isValid, failure } = await validated({ upstreamRegistryUrl: '169.254.169.254' });
    expect(isValid).toBe(false);
    expect(failure).toContain('is at an address that this registry may not ask');
  });

  test('tells that credentials could not be tried', async () => {
    answerUpstream = (_, response) => response.writeHead(401).end();
    const { isValid, failure } = await validated({ credentialArn: SECRET });
    expect(isValid).toBe(false);
    expect(failure).toContain('reads no secrets');
  });
});
