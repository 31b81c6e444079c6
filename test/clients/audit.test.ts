import { expect, test } from 'vitest';
import { awsCalls, tagged, withNewestAwsCli } from './aws-cli.ts';
import { useStage } from './stage.ts';

withNewestAwsCli('the audit trail', (cli) => {
  const stage = useStage();
  const trail = awsCalls(stage, cli, 'cloudtrail');

  test('looks up who pushed an image, and pages through it', async () => {
    await tagged(stage, 'audited', '1', '2', '3');
    const arn = `arn:aws:ecr:${stage.registry.region}:${stage.registry.account}:repository/audited`;
    const pushed = ['lookup-events', '--lookup-attributes', 'AttributeKey=EventName,AttributeValue=PutImage'];
    // What was acknowledged is there: its record came with it.
    const { Events: events } = await trail.json(...pushed);
    expect(events).toHaveLength(3);
    expect(events).toContainEqual(
      expect.objectContaining({
        EventSource: 'ecr.amazonaws.com',
        Username: 'root',
        ReadOnly: 'false',
        Resources: [{ ResourceType: 'AWS::ECR::Repository', ResourceName: arn }],
      }),
    );
    const page = await trail.json(...pushed, '--max-items', '2');
    expect(page['Events']).toHaveLength(2);
    const rest = await trail.json(...pushed, '--starting-token', String(page['NextToken']));
    expect([...(page['Events'] as unknown[]), ...(rest['Events'] as unknown[])]).toEqual(events);
  });

  test('tells what a lookup may not be', async () => {
    const { stderr } = await trail.outcome('lookup-events', '--start-time', '2026-01-02', '--end-time', '2026-01-01');
    expect(stderr).toContain('InvalidTimeRangeException');
  });
});
