import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, call } from '../../../test/aws/call.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { clientOf } from '../../../test/conformance/http-client.ts';
import { aBlob, anImage, pushBlob } from '../../../test/conformance/registry-under-test.ts';
import { account, role, session, user } from '../../../test/identity.ts';

const TARGET = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents';

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth();
  await berth.createRepository('app');
});
afterAll(() => berth.stop());

function lookUp(body: object, caller?: Parameters<typeof call>[2]): Promise<Answer> {
  const headers = { 'x-amz-target': TARGET };
  return call(berth, 'LookupEvents', { headers, service: 'cloudtrail', body, ...caller });
}

interface Found {
  readonly EventName: string;
  readonly Username: string;
  readonly ReadOnly: string;
  readonly CloudTrailEvent: string;
}

/** The events with this attribute, once all that was done is written down. */
async function eventsBy(key: string, value: string): Promise<(Found & { record: Record<string, unknown> })[]> {
  await berth.restart();
  const { json } = await lookUp({ LookupAttributes: [{ AttributeKey: key, AttributeValue: value }] });
  return (json['Events'] as Found[]).map((it) => ({ ...it, record: JSON.parse(it.CloudTrailEvent) }));
}

/** Every line that was written to the files. */
async function lines(): Promise<string> {
  const folder = join(berth.settings.dataDir, 'audit');
  const texts = await Promise.all((await readdir(folder)).map((it) => readFile(join(folder, it), 'utf8')));
  return texts.join('');
}

describe('what is done is found again', () => {
  test('a push and a pull by docker, as the calls that they stand for', async () => {
    const alice = await user(berth, {
      name: 'alice',
      policies: ['arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser'],
    });
    const { json } = await call(berth, 'GetAuthorizationToken', { caller: alice });
    const [{ authorizationToken }] = json['authorizationData'] as [{ authorizationToken: string }];
    const docker = clientOf(berth.url, `Basic ${authorizationToken}`);
    const manifest = await anImage(docker, 'app');
    const type = { 'Content-Type': 'application/vnd.oci.image.manifest.v1+json' };
    expect((await docker.send('PUT', '/v2/app/manifests/1', { body: manifest, headers: type })).status).toBe(201);
    expect((await docker.send('GET', '/v2/app/manifests/1')).status).toBe(200);

    const events = await eventsBy('Username', 'alice');
    const names = events.map((it) => it.EventName);
    for (const name of [
      'GetAuthorizationToken',
      'InitiateLayerUpload',
      'CompleteLayerUpload',
      'PutImage',
      'BatchGetImage',
    ]) {
      expect(names).toContain(name);
    }
    const pushed = events.find((it) => it.EventName === 'PutImage');
    expect(pushed).toMatchObject({ ReadOnly: 'false' });
    expect(pushed?.record).toMatchObject({
      userIdentity: { type: 'IAMUser', arn: alice.arn, userName: 'alice', accessKeyId: alice.accessKeyId },
      eventSource: 'ecr.amazonaws.com',
      requestParameters: { repositoryName: 'app', reference: '1' },
      resources: [{ ARN: 'arn:aws:ecr:us-east-1:123456789012:repository/app', type: 'AWS::ECR::Repository' }],
    });
    expect(events.find((it) => it.EventName === 'BatchGetImage')).toMatchObject({ ReadOnly: 'true' });
    // Content and secrets are in no record, neither in the files nor in the answers.
    const all = `${await lines()}${JSON.stringify(events)}`;
    expect(all).toContain('GetAuthorizationToken');
    for (const secret of [authorizationToken, alice.secretAccessKey, berth.secretAccessKey, manifest.toString()]) {
      expect(all).not.toContain(secret);
    }
  });

  test('a denial, with its code and sentence, under the name of the session', async () => {
    const ci = await role(berth, { name: 'ci' });
    const caller = await session(berth, ci, { name: 'build-7' });
    const denied = await call(berth, 'DeleteRepository', { caller, body: { repositoryName: 'app' } });
    expect(denied.json).toMatchObject({ __type: 'AccessDeniedException' });

    const [event] = await eventsBy('Username', 'build-7');
    expect(event?.record).toMatchObject({
      eventName: 'DeleteRepository',
      errorCode: 'AccessDenied',
      errorMessage: denied.json['message'],
      requestParameters: { repositoryName: 'app' },
      responseElements: null,
      userIdentity: {
        type: 'AssumedRole',
        sessionContext: { sessionIssuer: { type: 'Role', arn: ci.arn, userName: 'ci' } },
      },
    });
  });

  test('a wrong signature, in the files alone: it is nobody who is known', async () => {
    const wrong = { accessKeyId: berth.accessKeyId, secretAccessKey: 'another-secret' };
    await call(berth, 'DescribeRepositories', { caller: wrong });
    await berth.restart();
    const records = (await lines())
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    expect(records).toContainEqual(
      expect.objectContaining({
        eventName: 'DescribeRepositories',
        errorCode: 'InvalidSignatureException',
        userIdentity: { type: 'Unknown' },
      }),
    );
  });

  test('by the resource; and a stranger sees his own account alone', async () => {
    const arn = 'arn:aws:ecr:us-east-1:123456789012:repository/found';
    await call(berth, 'CreateRepository', { body: { repositoryName: 'found' } });
    const events = await eventsBy('ResourceName', arn);
    expect(events.map((it) => it.EventName)).toContain('CreateRepository');

    const other = await account(berth);
    const theirs = await lookUp(
      { LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: arn }] },
      { caller: other },
    );
    expect(theirs.json).toEqual({ Events: [] });
  });
});

test('pages come newest first, and one after the other give each event once', async () => {
  const docker = clientOf(berth.url, berth.authorization);
  for (let i = 0; i < 5; i++) await pushBlob(docker, 'app', aBlob());
  await berth.restart();
  for (const [AttributeKey, AttributeValue] of [
    ['EventName', 'InitiateLayerUpload'],
    ['ResourceName', 'arn:aws:ecr:us-east-1:123456789012:repository/app'],
  ]) {
    const lookup = { LookupAttributes: [{ AttributeKey, AttributeValue }] };
    const { json: whole } = await lookUp(lookup);
    const seen: unknown[] = [];
    let token: unknown;
    do {
      const { json } = await lookUp({ ...lookup, MaxResults: 2, ...(token !== undefined && { NextToken: token }) });
      seen.push(...(json['Events'] as unknown[]));
      token = json['NextToken'];
    } while (token !== undefined);
    expect(seen).toEqual(whole['Events']);
    expect(seen.length).toBeGreaterThanOrEqual(5);
  }
});

describe('a lookup that cannot be is refused', () => {
  const attribute = { AttributeKey: 'EventName', AttributeValue: 'PutImage' };
  test.each([
    ['two attributes', { LookupAttributes: [attribute, attribute] }, 'InvalidLookupAttributesException'],
    ['an end before the start', { StartTime: 2_000, EndTime: 1_000 }, 'InvalidTimeRangeException'],
    ['a token of another lookup', { NextToken: 'AAAA' }, 'InvalidNextTokenException'],
  ])('%s', async (_, body, code) => {
    expect((await lookUp(body)).json).toMatchObject({ __type: code });
  });

  test('and so is one of a caller whom no policy allows it', async () => {
    const bob = await user(berth);
    expect((await lookUp({}, { caller: bob })).json).toMatchObject({
      __type: 'AccessDeniedException',
      message: expect.stringContaining('cloudtrail:LookupEvents'),
    });
  });
});
