import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerOf, callEvents } from '../../../test/aws/events.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { account, allowing, user } from '../../../test/identity.ts';

const PATTERN = '{"source":["aws.ecr"]}';

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth();
});
afterAll(() => berth.stop());

const arnOf = (name: string) => `arn:aws:events:us-east-1:123456789012:rule/${name}`;

async function refusal(operation: string, body: object) {
  const { status, json } = await callEvents(berth, operation, body);
  return { status, code: json['__type'], message: json['message'] };
}

describe('a rule', () => {
  test('is made, shown, listed, disabled, enabled and deleted', async () => {
    const rule = { Name: 'pushes', EventPattern: PATTERN, Description: 'all pushes' };
    expect(await answerOf(berth, 'PutRule', rule)).toEqual({ RuleArn: arnOf('pushes') });
    const shown = { ...rule, Arn: arnOf('pushes'), State: 'ENABLED', EventBusName: 'default' };
    expect(await answerOf(berth, 'DescribeRule', { Name: 'pushes' })).toEqual({ ...shown, CreatedBy: '123456789012' });
    expect(await answerOf(berth, 'ListRules', { NamePrefix: 'pushes' })).toEqual({ Rules: [shown] });

    await answerOf(berth, 'DisableRule', { Name: 'pushes' });
    expect(await answerOf(berth, 'DescribeRule', { Name: 'pushes' })).toMatchObject({ State: 'DISABLED' });
    await answerOf(berth, 'EnableRule', { Name: 'pushes', EventBusName: 'default' });
    expect(await answerOf(berth, 'DescribeRule', { Name: 'pushes' })).toMatchObject({ State: 'ENABLED' });

    await answerOf(berth, 'DeleteRule', { Name: 'pushes' });
    expect(await refusal('DescribeRule', { Name: 'pushes' })).toEqual({
      status: 400,
      code: 'ResourceNotFoundException',
      message: 'Rule pushes does not exist on EventBus default.',
    });
    await answerOf(berth, 'DeleteRule', { Name: 'pushes' });
  });

  test('that is put again is what is said then, and keeps its tags and targets', async () => {
    const Tags = [{ Key: 'team', Value: 'red' }];
    await answerOf(berth, 'PutRule', {
      Name: 'again',
      EventPattern: PATTERN,
      Description: 'x',
      State: 'DISABLED',
      Tags,
    });
    await answerOf(berth, 'PutTargets', { Rule: 'again', Targets: [{ Id: 'a', Arn: 'https://example.com/' }] });
    const other = '{"source":["mine"]}';
    await answerOf(berth, 'PutRule', { Name: 'again', EventPattern: other, Tags: [{ Key: 'team', Value: 'blue' }] });

    const shown = await answerOf(berth, 'DescribeRule', { Name: 'again' });
    expect(shown).toMatchObject({ EventPattern: other, State: 'ENABLED' });
    expect(shown).not.toHaveProperty('Description');
    expect(await answerOf(berth, 'ListTagsForResource', { ResourceARN: arnOf('again') })).toEqual({ Tags });
    expect(await answerOf(berth, 'ListTargetsByRule', { Rule: 'again' })).toMatchObject({ Targets: [{ Id: 'a' }] });
  });

  test('has tags, which are set and taken off', async () => {
    await answerOf(berth, 'PutRule', { Name: 'tagged', EventPattern: PATTERN });
    const ResourceARN = arnOf('tagged');
    await answerOf(berth, 'TagResource', { ResourceARN, Tags: ['b', 'a'].map((Key) => ({ Key, Value: `of ${Key}` })) });
    await answerOf(berth, 'UntagResource', { ResourceARN, TagKeys: ['b', 'none'] });
    expect(await answerOf(berth, 'ListTagsForResource', { ResourceARN })).toEqual({
      Tags: [{ Key: 'a', Value: 'of a' }],
    });
    await answerOf(berth, 'DeleteRule', { Name: 'tagged' });
    await answerOf(berth, 'PutRule', { Name: 'tagged', EventPattern: PATTERN });
    expect(await answerOf(berth, 'ListTagsForResource', { ResourceARN })).toEqual({ Tags: [] });

    const tags = (count: number) => Array.from({ length: count }, (_, i) => ({ Key: `k${i}`, Value: '' }));
    await answerOf(berth, 'TagResource', { ResourceARN, Tags: tags(50) });
    const more = await refusal('TagResource', { ResourceARN, Tags: [{ Key: 'more', Value: '' }] });
    expect(more.code).toBe('LimitExceededException');
    const reserved = await refusal('TagResource', { ResourceARN, Tags: [{ Key: 'aws:x', Value: '' }] });
    expect(reserved.code).toBe('ValidationException');
    const gone = await refusal('TagResource', { ResourceARN: arnOf('gone'), Tags: [] });
    expect(gone.code).toBe('ResourceNotFoundException');
  });

  test.each([
    [
      'without a pattern',
      { Name: 'x' },
      'ValidationException',
      'Parameter(s) EventPattern or ScheduleExpression must be specified.',
    ],
    ['on a schedule', { Name: 'x', ScheduleExpression: 'rate(5 minutes)' }, 'ValidationException', /not served here/],
    [
      'whose pattern is none',
      { Name: 'x', EventPattern: '[1]' },
      'InvalidEventPatternException',
      'Event pattern is not valid. Reason: Filter is not an object\n at [Source: (String)"[1]"; line: 1, column: 2]',
    ],
    [
      'with a name that is none',
      { Name: 'a b', EventPattern: PATTERN },
      'ValidationException',
      "1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
    ],
    [
      'on another bus',
      { Name: 'x', EventPattern: PATTERN, EventBusName: 'mine' },
      'ResourceNotFoundException',
      'Event bus mine does not exist.',
    ],
    [
      'with a role that is none',
      { Name: 'x', EventPattern: PATTERN, RoleArn: 'role' },
      'ValidationException',
      /RoleArn/,
    ],
    [
      'with a pattern beyond its length',
      { Name: 'x', EventPattern: PATTERN.padEnd(4_097) },
      'ValidationException',
      /Member must have length less than or equal to 4096$/,
    ],
  ])('%s is refused', async (_, body, code, message) => {
    const said = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(await refusal('PutRule', body)).toEqual({ status: 400, code, message: said });
  });

  test('is listed by pages, each going on behind the one before', async () => {
    for (const name of ['c', 'a', 'b']) {
      await answerOf(berth, 'PutRule', { Name: `page-${name}`, EventPattern: PATTERN });
    }
    const first = await answerOf(berth, 'ListRules', { NamePrefix: 'page-', Limit: 2 });
    expect(first['Rules']).toMatchObject([{ Name: 'page-a' }, { Name: 'page-b' }]);
    const { NextToken } = first;
    const second = await answerOf(berth, 'ListRules', { NamePrefix: 'page-', Limit: 2, NextToken });
    expect(second['Rules']).toMatchObject([{ Name: 'page-c' }]);
    expect(second).not.toHaveProperty('NextToken');
    expect((await refusal('ListRules', { NamePrefix: 'p', NextToken })).code).toBe('ValidationException');
  });

  test('of another account is not seen, and neither is one of another region', async () => {
    await answerOf(berth, 'PutRule', { Name: 'own', EventPattern: PATTERN });
    const stranger = await account(berth);
    const { json } = await callEvents(berth, 'ListRules', {}, { caller: stranger });
    expect(json).toEqual({ Rules: [] });
    const gone = await callEvents(berth, 'ListTagsForResource', { ResourceARN: arnOf('own') }, { caller: stranger });
    expect(gone.json['__type']).toMatch(/AccessDeniedException|ResourceNotFoundException/);
  });

  test('is one of at most 300', async () => {
    const { account, region } = berth.registry;
    const rows = Array.from({ length: 300 }, (_, i) => ({
      account,
      region,
      name: `filler-${i}`,
      pattern: PATTERN,
      is_enabled: 0,
      state: 'DISABLED',
      description: null,
      role_arn: null,
      created_by: account,
      created_at: 0,
    }));
    await berth.world.metadata.write((tx) => tx.insertInto('event_rules').values(rows).execute());
    expect(await refusal('PutRule', { Name: 'more', EventPattern: PATTERN })).toEqual({
      status: 400,
      code: 'LimitExceededException',
      message: 'The requested resource exceeds the maximum number allowed.',
    });
    await answerOf(berth, 'PutRule', { Name: 'filler-1', EventPattern: PATTERN });
    await berth.world.metadata.write((tx) => tx.deleteFrom('event_rules').where('name', 'like', 'filler-%').execute());
  });
});

describe('targets', () => {
  const https = (Id: string) => ({ Id, Arn: `https://example.com/${Id}` });

  test('are put, listed, found by their address, and taken off', async () => {
    await answerOf(berth, 'PutRule', { Name: 'sends', EventPattern: PATTERN });
    const target = {
      ...https('one'),
      InputTransformer: { InputPathsMap: { tag: '$.detail.image-tag' }, InputTemplate: '{"tag": <tag>}' },
      RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 60 },
      DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:123456789012:dead' },
      HttpParameters: { HeaderParameters: { 'X-A': 'b' } },
    };
    const put = await answerOf(berth, 'PutTargets', { Rule: 'sends', Targets: [https('two'), target] });
    expect(put).toEqual({ FailedEntryCount: 0, FailedEntries: [] });
    expect(await answerOf(berth, 'ListTargetsByRule', { Rule: 'sends' })).toEqual({ Targets: [target, https('two')] });
    const page = await answerOf(berth, 'ListTargetsByRule', { Rule: 'sends', Limit: 1 });
    const rest = await answerOf(berth, 'ListTargetsByRule', { Rule: 'sends', NextToken: page['NextToken'] });
    expect([page['Targets'], rest['Targets']]).toEqual([[target], [https('two')]]);
    const found = await answerOf(berth, 'ListRuleNamesByTarget', { TargetArn: 'https://example.com/one' });
    expect(found).toEqual({ RuleNames: ['sends'] });

    expect(await refusal('DeleteRule', { Name: 'sends' })).toEqual({
      status: 400,
      code: 'ValidationException',
      message: "Rule can't be deleted since it has targets.",
    });
    expect(await answerOf(berth, 'RemoveTargets', { Rule: 'sends', Ids: ['one', 'none'] })).toMatchObject({
      FailedEntryCount: 1,
      FailedEntries: [{ TargetId: 'none', ErrorCode: 'ResourceNotFoundException' }],
    });
    await answerOf(berth, 'RemoveTargets', { Rule: 'sends', Ids: ['two'] });
    await answerOf(berth, 'DeleteRule', { Name: 'sends' });
  });

  test('are five at most, of which one may be put again', async () => {
    await answerOf(berth, 'PutRule', { Name: 'five', EventPattern: PATTERN });
    await answerOf(berth, 'PutTargets', { Rule: 'five', Targets: ['1', '2', '3', '4', '5'].map(https) });
    await answerOf(berth, 'PutTargets', { Rule: 'five', Targets: [https('5')] });
    const sixth = await refusal('PutTargets', { Rule: 'five', Targets: [https('6')] });
    expect(sixth.code).toBe('LimitExceededException');
    const { Targets } = await answerOf(berth, 'ListTargetsByRule', { Rule: 'five' });
    expect(Targets).toHaveLength(5);
  });

  const fifo = 'arn:aws:sqs:us-east-1:123456789012:q.fifo';
  const template = (InputTemplate: string, InputPathsMap = {}) => ({
    InputTransformer: { InputTemplate, InputPathsMap },
  });
  test.each<[string, object, string | RegExp]>([
    [
      'an address that is none',
      { Arn: 'nowhere' },
      'Parameter nowhere is not valid. Reason: Provided Arn is not in correct format.',
    ],
    [
      'a function',
      { Arn: 'arn:aws:lambda:us-east-1:123456789012:function:f' },
      /Provided Arn is not in correct format/,
    ],
    [
      'a header that is Berth’s',
      { Arn: 'https://h.example/', HttpParameters: { HeaderParameters: { 'Webhook-Signature': 'x' } } },
      'Parameter HeaderParameters is not valid. Reason: The header Webhook-Signature may not be set.',
    ],
    ['an ordered queue without a group', { Arn: fifo }, 'Parameter(s) SqsParameters must be specified for target: t.'],
    ['parameters of another kind', { EcsParameters: { TaskDefinitionArn: 'x' } }, /EcsParameters/],
    [
      'letters to a webhook',
      { DeadLetterConfig: { Arn: 'https://example.com/' } },
      /Provided Arn is not in correct format/,
    ],
    ['two inputs', { Input: '1', InputPath: '$' }, /^Only one of Input, InputPath, or InputTransformer/],
    ['an input that is no JSON', { Input: '{' }, 'JSON syntax error in input for target t.'],
    ['a path that is none', { InputPath: 'detail' }, /Invalid JsonPath detail/],
    ['a variable without a path', template('{"a": <b>}'), /<b> is not in the InputPathsMap/],
    ['a variable with a wrong path', template('{"a": <b>}', { b: '$..x' }), /Invalid JsonPath/],
    ['a variable of AWS', template('{}', { awsx: '$' }), /reserved/],
    ['a template that is no JSON', template('{"a": <b>', { b: '$' }), /neither JSON nor a text/],
    ['a role of another account', { RoleArn: 'arn:aws:iam::210987654321:role/r' }, /RoleArn/],
  ])('with %s are refused', async (_, target, message) => {
    await answerOf(berth, 'PutRule', { Name: 'refuses', EventPattern: PATTERN });
    const said = typeof message === 'string' ? message : expect.stringMatching(message);
    const refused = await refusal('PutTargets', { Rule: 'refuses', Targets: [{ ...https('t'), ...target }] });
    expect(refused).toEqual({ status: 400, code: 'ValidationException', message: said });
    expect(await answerOf(berth, 'ListTargetsByRule', { Rule: 'refuses' })).toEqual({ Targets: [] });
  });

  test.each(['PutTargets', 'RemoveTargets', 'ListTargetsByRule', 'EnableRule', 'DisableRule'])(
    '%s of a rule that is not there is refused',
    async (operation) => {
      const body = { Rule: 'gone', Name: 'gone', Targets: [https('t')], Ids: ['t'] };
      expect(await refusal(operation, body)).toMatchObject({
        code: 'ResourceNotFoundException',
        message: 'Rule gone does not exist on EventBus default.',
      });
    },
  );
});

test('there is the default bus and no other', async () => {
  const bus = { Name: 'default', Arn: 'arn:aws:events:us-east-1:123456789012:event-bus/default' };
  expect(await answerOf(berth, 'DescribeEventBus')).toEqual(bus);
  expect(await answerOf(berth, 'DescribeEventBus', { Name: bus.Arn })).toEqual(bus);
  expect(await answerOf(berth, 'ListEventBuses')).toEqual({ EventBuses: [bus] });
  expect(await answerOf(berth, 'ListEventBuses', { NamePrefix: 'x' })).toEqual({ EventBuses: [] });
  expect((await refusal('DescribeEventBus', { Name: 'x' })).message).toBe('Event bus x does not exist.');
});

test('a pattern is tried on an event, which must have all that events have', async () => {
  const event = {
    id: '1',
    account: '1',
    source: 'aws.ecr',
    time: '2026-11-28T00:00:00Z',
    region: 'r',
    resources: [],
    'detail-type': 't',
    detail: {},
  };
  const tried = (EventPattern: string, it: object) =>
    callEvents(berth, 'TestEventPattern', { EventPattern, Event: JSON.stringify(it) });
  expect((await tried(PATTERN, event)).json).toEqual({ Result: true });
  expect((await tried('{"source":["x"]}', event)).json).toEqual({ Result: false });
  expect((await tried('{"source":"x"}', event)).json).toMatchObject({ __type: 'InvalidEventPatternException' });
  const { id: _, ...rest } = event;
  expect((await tried(PATTERN, rest)).json).toMatchObject({
    __type: 'ValidationException',
    message: 'Parameter Event is not valid. Reason: It has no id.',
  });
  const { json } = await callEvents(berth, 'TestEventPattern', { EventPattern: PATTERN, Event: '['.repeat(100_000) });
  expect(json).toMatchObject({ __type: 'ValidationException' });
});

test('what policies may look at: the rule, its tags, where its targets are, what it looks for', async () => {
  const when = (Condition: object, Action: string) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: arnOf('cond-*'), Condition }],
  });
  const caller = await user(berth, {
    policies: [
      when({ 'ForAllValues:StringEquals': { 'events:source': 'aws.ecr' } }, 'events:PutRule'),
      when({ 'ForAllValues:ArnLike': { 'events:TargetArn': 'arn:aws:sqs:*:*:*' } }, 'events:PutTargets'),
      when({ StringEquals: { 'aws:ResourceTag/team': 'red' } }, 'events:DescribeRule'),
      allowing('events:TagResource'),
    ],
  });
  const status = async (operation: string, body: object) =>
    (await callEvents(berth, operation, body, { caller })).json['__type'] ?? 'done';

  const Tags = [{ Key: 'team', Value: 'red' }];
  expect(await status('PutRule', { Name: 'cond-1', EventPattern: PATTERN, Tags })).toBe('done');
  expect(await status('PutRule', { Name: 'other', EventPattern: PATTERN })).toBe('AccessDeniedException');
  expect(await status('PutRule', { Name: 'cond-2', EventPattern: '{"source":["x"]}' })).toBe('AccessDeniedException');
  const queue = { Id: 'q', Arn: 'arn:aws:sqs:us-east-1:123456789012:q' };
  expect(await status('PutTargets', { Rule: 'cond-1', Targets: [queue] })).toBe('done');
  expect(await status('PutTargets', { Rule: 'cond-1', Targets: [queue, https] })).toBe('AccessDeniedException');
  expect(await status('DescribeRule', { Name: 'cond-1' })).toBe('done');
  await answerOf(berth, 'PutRule', { Name: 'cond-3', EventPattern: PATTERN });
  expect(await status('DescribeRule', { Name: 'cond-3' })).toBe('AccessDeniedException');
  // A role is handed over by who may.
  const RoleArn = 'arn:aws:iam::123456789012:role/events';
  expect(await status('PutRule', { Name: 'cond-1', EventPattern: PATTERN, RoleArn })).toBe('AccessDeniedException');
});

const https = { Id: 'h', Arn: 'https://example.com/' };
