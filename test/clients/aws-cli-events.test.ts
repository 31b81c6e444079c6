import { expect, test } from 'vitest';
import { awsCalls, withNewestAwsCli } from './aws-cli.ts';
import { useStage } from './stage.ts';

withNewestAwsCli('events', (cli) => {
  const stage = useStage();
  const events = awsCalls(stage, cli, 'events');
  const pattern = JSON.stringify({ source: ['aws.ecr'], detail: { 'image-tag': [{ wildcard: 'v*.0' }] } });

  test('a rule is made, found by its target, shown in pages, switched and removed', async () => {
    const rule = ['--name', 'cli'];
    const made = await events.json('put-rule', ...rule, '--event-pattern', pattern, '--tags', 'Key=team,Value=a b');
    const { RuleArn } = made as { RuleArn: string };
    const target = 'Id=hook,Arn=https://ci.example.com/hook,RetryPolicy={MaximumRetryAttempts=3}';
    await events.json('put-targets', '--rule', 'cli', '--targets', target);

    expect(await events.json('list-targets-by-rule', '--rule', 'cli')).toEqual({
      Targets: [{ Id: 'hook', Arn: 'https://ci.example.com/hook', RetryPolicy: { MaximumRetryAttempts: 3 } }],
    });
    // The CLI would read an address as a file to fetch.
    const asked = JSON.stringify({ TargetArn: 'https://ci.example.com/hook' });
    expect(await events.json('list-rule-names-by-target', '--cli-input-json', asked)).toEqual({ RuleNames: ['cli'] });
    expect(await events.json('list-tags-for-resource', '--resource-arn', RuleArn)).toEqual({
      Tags: [{ Key: 'team', Value: 'a b' }],
    });
    await events.text('disable-rule', ...rule);
    expect(await events.json('describe-rule', ...rule)).toMatchObject({ State: 'DISABLED', EventPattern: pattern });
    await events.text('enable-rule', ...rule);
    for (const name of ['cli-2', 'cli-3']) await events.json('put-rule', '--name', name, '--event-pattern', pattern);
    const { Rules } = await events.json('list-rules', '--name-prefix', 'cli', '--page-size', '2');
    expect((Rules as { Name: string }[]).map((it) => it.Name)).toEqual(['cli', 'cli-2', 'cli-3']);

    const early = await events.outcome('delete-rule', ...rule);
    expect(early.stderr).toContain("Rule can't be deleted since it has targets.");
    await events.json('remove-targets', '--rule', 'cli', '--ids', 'hook');
    await events.text('delete-rule', ...rule);
    expect((await events.outcome('describe-rule', ...rule)).stderr).toContain('(ResourceNotFoundException)');
  });

  test('events are put, patterns are tried, and one that is none is refused with its place', async () => {
    const entry = JSON.stringify([{ Source: 'my.app', DetailType: 'done', Detail: '{"a":1}' }]);
    expect(await events.json('put-events', '--entries', entry)).toEqual({
      FailedEntryCount: 0,
      Entries: [{ EventId: expect.any(String) }],
    });
    const event = JSON.stringify({
      id: '1',
      account: '1',
      source: 'aws.ecr',
      time: '2026-11-28T00:00:00Z',
      region: 'r',
      resources: [],
      'detail-type': 't',
      detail: { 'image-tag': 'v1.0' },
    });
    const tried = ['test-event-pattern', '--event', event, '--event-pattern'];
    expect(await events.json(...tried, pattern)).toEqual({ Result: true });
    expect((await events.outcome(...tried, '{"a": 1}')).stderr).toMatch(
      /\(InvalidEventPatternException\).*"a" must be an object or an array\s+at \[Source: /s,
    );
  });
});
