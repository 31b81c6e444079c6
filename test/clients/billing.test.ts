import { expect, test } from 'vitest';
import { awsCalls, tagged, withNewestAwsCli } from './aws-cli.ts';
import { useStage } from './stage.ts';

const DAY = 24 * 3_600_000;

withNewestAwsCli('Cost Explorer', (cli) => {
  const stage = useStage();
  const costs = awsCalls(stage, cli, 'ce');

  test('shows what was used, by operation, and what it costs', async () => {
    await tagged(stage, 'billed', '1', '2');
    const [start, end] = [-1, 1].map((days) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10));
    const period = ['--time-period', `Start=${start},End=${end}`];
    const found = await costs.json(
      'get-cost-and-usage',
      ...period,
      ...['--granularity', 'DAILY', '--metrics', 'UsageQuantity', 'UnblendedCost'],
      ...['--group-by', 'Type=DIMENSION,Key=OPERATION'],
    );
    const groups = (found['ResultsByTime'] as { Groups: unknown[] }[]).flatMap((it) => it.Groups);
    expect(groups).toContainEqual({
      Keys: ['PutImage'],
      Metrics: { UsageQuantity: { Amount: '2', Unit: 'Requests' }, UnblendedCost: { Amount: '0', Unit: 'USD' } },
    });

    const values = await costs.json('get-dimension-values', ...period, '--dimension', 'SERVICE');
    expect(values).toMatchObject({ DimensionValues: [{ Value: 'Amazon EC2 Container Registry (ECR)' }], TotalSize: 1 });
    const [today, week] = [0, 7].map((days) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10));
    const ahead = ['--time-period', `Start=${today},End=${week}`, '--metric', 'UNBLENDED_COST'];
    const forecast = await costs.json('get-cost-forecast', ...ahead, '--granularity', 'DAILY');
    expect(forecast['ForecastResultsByTime']).toHaveLength(7);
  });

  test('tells what a period may not be', async () => {
    const { stderr } = await costs.outcome(
      'get-cost-and-usage',
      ...['--time-period', 'Start=2026-02-02,End=2026-02-01', '--granularity', 'DAILY', '--metrics', 'UsageQuantity'],
    );
    expect(stderr).toContain('ValidationException');
  });
});
