import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerOf, callEvents, deliveries } from '../../test/aws/events.ts';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { allowing, user } from '../../test/identity.ts';
import { aManifest, pushLayer } from '../../test/manifests.ts';
import { settleChanges } from '../changes/settle-changes.ts';
import { deleteImages } from '../registry/delete-images.ts';
import type { Manifest } from '../registry/parse-manifest.ts';
import { putImage } from '../registry/put-image.ts';
import { eventsOfChanges } from './consume-changes.ts';
import { emitEvent } from './emit-event.ts';
import { openParameters } from './sealed-parameters.ts';

/** Nobody may send there, so that what is to be delivered stays to be seen. */
const NOWHERE = 'https://127.0.0.1:1/';

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth();
});
afterAll(() => berth.stop());

async function listen(name: string, pattern: object, targets: readonly object[] = [{ Id: 't', Arn: NOWHERE }]) {
  await answerOf(berth, 'PutRule', { Name: name, EventPattern: JSON.stringify(pattern) });
  if (targets.length > 0) await answerOf(berth, 'PutTargets', { Rule: name, Targets: targets });
}

/** What is to be delivered for the rule, once all changes are taken into account. */
async function toldTo(rule: string) {
  await settleChanges(berth.world, { consumers: [eventsOfChanges], kinds: new Map() });
  return (await deliveries(berth)).filter((it) => it.ruleArn.endsWith(`:rule/${rule}`));
}

function detailOf(delivery: { readonly body: string } | undefined) {
  return JSON.parse(delivery?.body ?? '{}').detail;
}

async function push(repositoryName: string, note: string, tags: readonly string[]): Promise<Manifest> {
  const config = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('{}'));
  const manifest = aManifest({ config, note });
  await putImage(berth.world, { registry: berth.registry, repositoryName, manifest, tags });
  return manifest;
}

test('pushes, moved tags and deletes are told of in their order, with all that a target needs', async () => {
  const repository = await berth.createRepository('told');
  await listen('all', { source: ['aws.ecr'], detail: { 'repository-name': ['told'] } });
  const first = await push('told', 'one', ['a', 'b']);
  const second = await push('told', 'two', ['a']);
  await push('told', 'three', []);
  const gone = [{ imageTag: 'b' }, { imageDigest: second.digest }];
  await deleteImages(berth.world, berth.registry, 'told', gone);

  const told = await toldTo('all');
  expect(told.map(detailOf).map((it) => [it['action-type'], it['image-tag'], it['image-digest']])).toEqual([
    ['PUSH', 'a', first.digest],
    ['PUSH', 'b', first.digest],
    ['PUSH', 'a', second.digest],
    ['PUSH', undefined, expect.stringMatching(/^sha256:/)],
    ['DELETE', 'b', first.digest],
    ['DELETE', 'a', second.digest],
  ]);
  const [delivery] = told;
  expect(delivery).toMatchObject({
    ruleArn: 'arn:aws:events:us-east-1:123456789012:rule/all',
    target: { id: 't', arn: NOWHERE, retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 } },
    event: { source: 'aws.ecr', detailType: 'ECR Image Action', account: '123456789012', region: 'us-east-1' },
    acceptedAt: berth.world.clock.now().getTime(),
    repositoryId: repository.id,
    orderKey: `arn:aws:events:us-east-1:123456789012:rule/all/t:${repository.id}`,
  });
  expect(JSON.parse(delivery?.body ?? '')).toMatchObject({ version: '0', id: delivery?.eventId, resources: [] });
  expect(new Set(told.map((it) => it.eventId)).size).toBe(told.length);
});

test('only who has an enabled rule that matches is told, each target in the form it asks for', async () => {
  await berth.createRepository('choosy');
  const pattern = { detail: { 'repository-name': ['choosy'], 'image-tag': [{ prefix: 'release-' }] } };
  const tag = { InputPathsMap: { tag: '$.detail.image-tag' }, InputTemplate: '"got <tag>"' };
  await listen('choosy', pattern, [
    { Id: 'tag', Arn: NOWHERE, InputTransformer: tag },
    {
      Id: 'queue',
      Arn: 'arn:aws:sqs:us-east-1:123456789012:q.fifo',
      SqsParameters: { MessageGroupId: 'g' },
      InputPath: '$.detail.image-tag',
      RetryPolicy: { MaximumRetryAttempts: 0 },
      DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:123456789012:dead' },
      HttpParameters: { HeaderParameters: { 'X-A': 'b' }, PathParameterValues: ['p'] },
    },
  ]);
  await listen('off', pattern);
  await answerOf(berth, 'DisableRule', { Name: 'off' });
  await push('choosy', 'one', ['release-1', 'draft']);

  const told = await toldTo('choosy');
  expect(told).toHaveLength(2);
  const queue = told.find((it) => it.target.id === 'queue');
  expect(told.find((it) => it.target.id === 'tag')?.body).toBe('"got release-1"');
  expect(queue).toMatchObject({
    body: '"release-1"',
    target: {
      sqs: { messageGroupId: 'g' },
      retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 86_400 },
      deadLetterArn: 'arn:aws:sqs:us-east-1:123456789012:dead',
      sealedHttpParameters: expect.any(String),
    },
  });
  expect(openParameters(berth.world.secrets, berth.registry.account, queue?.target.sealedHttpParameters ?? '')).toEqual(
    {
      HeaderParameters: { 'X-A': 'b' },
      PathParameterValues: ['p'],
    },
  );
  expect(JSON.stringify(queue)).not.toContain('X-A');
  expect(new Set(told.map((it) => it.eventId)).size).toBe(1);
  expect(await toldTo('off')).toEqual([]);
});

describe('calls are told of, as CloudTrail records them', () => {
  const calls = (...names: string[]) => ({
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: { eventSource: ['events.amazonaws.com'], eventName: names },
  });
  // What was called is written down before the next start; also what tests before these did.
  beforeAll(() => berth.restart());
  const callsTo = async (rule: string) => {
    await berth.restart();
    return (await toldTo(rule)).map((it) => JSON.parse(it.body));
  };

  test('those that change something, also when they are refused', async () => {
    await listen('calls', calls('DisableRule', 'ListRules'));
    await listen('other', { source: ['none'] }, []);
    await answerOf(berth, 'DisableRule', { Name: 'other' });
    await answerOf(berth, 'EnableRule', { Name: 'other' });
    await callEvents(berth, 'DisableRule', { Name: 'none' });
    await answerOf(berth, 'ListRules');

    const told = await callsTo('calls');
    expect(told.map((it) => [it.source, it.detail.requestParameters.name, it.detail.errorCode])).toEqual([
      ['aws.events', 'other', undefined],
      ['aws.events', 'none', 'ResourceNotFoundException'],
    ]);
    expect(told[0]).toMatchObject({ account: '123456789012', region: 'us-east-1', detail: { readOnly: false } });
  });

  test('without the headers that a target is given', async () => {
    await listen('puts', calls('PutTargets'));
    const HttpParameters = { HeaderParameters: { Authorization: 'Bearer of-the-receiver' } };
    await listen('other', { source: ['none'] }, [{ Id: 't', Arn: NOWHERE, HttpParameters }]);

    const put = (await callsTo('puts')).find((it) => it.detail.requestParameters.rule === 'other');
    expect(put?.detail.requestParameters.targets).toMatchObject([{ id: 't', arn: NOWHERE }]);
    expect(JSON.stringify(put)).not.toContain('of-the-receiver');
  });

  test('those that only read, to who asks for all', async () => {
    await listen('reads', calls('ListRules'));
    const State = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
    await answerOf(berth, 'PutRule', { Name: 'reads', EventPattern: JSON.stringify(calls('ListRules')), State });
    await answerOf(berth, 'ListRules');

    expect((await callsTo('reads')).map((it) => it.detail.readOnly)).toEqual([true]);
  });
});

test('whatever else has events tells of them in a transaction of its own', async () => {
  await listen('scans', { 'detail-type': ['ECR Image Scan'] });
  const { world, registry } = berth;
  const event = {
    source: 'aws.ecr',
    detailType: 'ECR Image Scan',
    time: world.clock.now(),
    registry,
    resources: ['arn:aws:ecr:us-east-1:123456789012:repository/app'],
    detail: { 'scan-status': 'COMPLETE' },
    repositoryId: 'r1',
  };
  await world.metadata.write((tx) => emitEvent(tx, world, event));
  await world.metadata.write((tx) =>
    emitEvent(tx, world, { ...event, registry: { ...registry, region: 'eu-west-1' } }),
  );

  const told = await toldTo('scans');
  expect(told.map((it) => [it.repositoryId, JSON.parse(it.body).resources])).toEqual([['r1', event.resources]]);
});

describe('PutEvents', () => {
  const entry = { Source: 'my.app', DetailType: 'done', Detail: '{"a": [1]}' };

  test('tells of events of the account’s own, and refuses each entry that is none for itself', async () => {
    await listen('mine', { source: ['my.app'], detail: { a: [1] } });
    const { FailedEntryCount, Entries } = await answerOf(berth, 'PutEvents', {
      Entries: [
        { ...entry, Time: 1_790_000_000, Resources: ['arn:x'], EventBusName: 'default' },
        { ...entry, Source: 'aws.ecr' },
        { ...entry, Detail: '[]' },
        { ...entry, Detail: '{' },
        { ...entry, Detail: `${'['.repeat(300)}${']'.repeat(300)}` },
        { Source: 'my.app', Detail: '{}' },
        {},
      ],
    });

    const malformed = { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    const required = (it: string) => ({
      ErrorCode: 'InvalidArgument',
      ErrorMessage: `Parameter ${it} is not valid. Reason: ${it} is a required argument.`,
    });
    expect(FailedEntryCount).toBe(6);
    expect(Entries).toEqual([
      { EventId: expect.any(String) },
      { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' },
      malformed,
      malformed,
      malformed,
      required('DetailType'),
      required('Source'),
    ]);
    const told = await toldTo('mine');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ orderKey: null, event: { source: 'my.app', detailType: 'done' } });
    expect(told[0]).not.toHaveProperty('repositoryId');
    expect(JSON.parse(told[0]?.body ?? '')).toMatchObject({
      id: told[0]?.eventId,
      time: '2026-09-21T14:13:20Z',
      resources: ['arn:x'],
      detail: { a: [1] },
    });
  });

  test('takes ten entries and 256 KiB, and no more', async () => {
    const many = (count: number) => ({ Entries: Array(count).fill({ ...entry, Source: 'other' }) });
    expect((await callEvents(berth, 'PutEvents', many(10))).status).toBe(200);
    expect((await callEvents(berth, 'PutEvents', many(11))).json).toMatchObject({
      __type: 'ValidationException',
      message: expect.stringContaining("at 'entries' failed to satisfy constraint: Member must have length less than"),
    });
    const sized = (bytes: number) => {
      const Detail = `{"x":"${'y'.repeat(bytes - 'st{"x":""}'.length)}"}`;
      return { Entries: [{ Source: 's', DetailType: 't', Detail }] };
    };
    expect((await callEvents(berth, 'PutEvents', sized(262_144))).status).toBe(200);
    expect((await callEvents(berth, 'PutEvents', sized(262_145))).json).toMatchObject({
      __type: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    });
  });

  test('goes to no bus but the default one', async () => {
    const { json } = await callEvents(berth, 'PutEvents', { Entries: [{ ...entry, EventBusName: 'mine' }] });
    expect(json).toMatchObject({ __type: 'ResourceNotFoundException', message: 'Event bus mine does not exist.' });
  });

  test('asks for each entry whether the caller may', async () => {
    const policy = allowing('events:PutEvents', 'arn:aws:events:us-east-1:123456789012:event-bus/default') as {
      Statement: object[];
    };
    policy.Statement = policy.Statement.map((it) => ({
      ...it,
      Condition: { StringEquals: { 'events:source': 'my.app' } },
    }));
    const caller = await user(berth, { policies: [policy] });
    const sent = (Entries: object[]) => callEvents(berth, 'PutEvents', { Entries }, { caller });

    expect((await sent([entry])).status).toBe(200);
    expect((await sent([entry, { ...entry, Source: 'theirs' }])).json).toMatchObject({
      __type: 'AccessDeniedException',
      message: expect.stringContaining(
        'events:PutEvents on resource: arn:aws:events:us-east-1:123456789012:event-bus/default',
      ),
    });
  });
});
