import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, call, type Sent } from '../../../test/aws/call.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { clientOf } from '../../../test/conformance/http-client.ts';
import { aBlob, pushBlob, pushImage } from '../../../test/conformance/registry-under-test.ts';
import { account } from '../../../test/identity.ts';
import { deleteRepository } from '../../registry/delete-repository.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const STORAGE = { Dimensions: { Key: 'USAGE_TYPE', Values: ['USE1-TimedStorage-ByteHrs'] } };

let berth: TestBerth;
/** When images were pushed to `web`, of the team web, and `job`, which is gone since two days later. */
let pushed: Date;
let size: number;
beforeAll(async () => {
  berth = await startBerth();
  const client = clientOf(berth.url, berth.authorization);
  for (const [name, value] of [
    ['web', 'web'],
    ['job', 'batch'],
  ] as const) {
    await berth.createRepository(name, { tags: [{ key: 'team', value }] });
    const layer = await pushBlob(client, name, aBlob(1_000_000));
    const image = await pushImage(client, name, { layers: [layer] });
    size = 1_000_000 + 100 + image.size;
    await client.send('GET', `/v2/${name}/blobs/${layer.digest}`);
  }
  pushed = berth.world.clock.now();
  await berth.settle();
  berth.pass(2 * DAY);
  await deleteRepository(berth.world, { registry: berth.registry, repositoryName: 'job', force: true });
  await berth.settle();
  berth.pass(DAY);
});
afterAll(() => berth.stop());

function ask(operation: string, body: object, sent: Sent = {}): Promise<Answer> {
  const headers = { 'x-amz-target': `AWSInsightsIndexService.${operation}` };
  return call(berth, operation, { ...sent, headers, service: 'ce', body });
}

function dayOf(date: Date, later = 0): string {
  return new Date(date.getTime() + later).toISOString().slice(0, 10);
}

function period(days = 4) {
  return { Start: dayOf(pushed), End: dayOf(pushed, days * DAY) };
}

interface Metrics {
  readonly [name: string]: { readonly Amount: string; readonly Unit: string };
}
interface Result {
  readonly TimePeriod: { readonly Start: string; readonly End: string };
  readonly Total: Metrics;
  readonly Groups: readonly { readonly Keys: readonly string[]; readonly Metrics: Metrics }[];
}

async function costs(body: object, sent?: Sent): Promise<readonly Result[]> {
  const usual = { TimePeriod: period(), Granularity: 'DAILY', Metrics: ['UsageQuantity', 'UnblendedCost'] };
  const { status, json } = await ask('GetCostAndUsage', { ...usual, ...body }, sent);
  expect([status, json['message']]).toEqual([200, undefined]);
  return json['ResultsByTime'] as Result[];
}

/** GB-months of what is stored for so long, each day by the length of its month. */
function gbMonths(ms: number): number {
  const { length } = Array.from({ length: 31 }).filter((_, i) => {
    return (
      new Date(Date.UTC(pushed.getUTCFullYear(), pushed.getUTCMonth(), i + 1)).getUTCMonth() === pushed.getUTCMonth()
    );
  });
  return (size * ms) / (2 ** 30 * length * DAY);
}

describe('costs', () => {
  test('of storage are by the day, and end with a repository', async () => {
    const results = await costs({ Filter: STORAGE });
    expect(results.map((it) => it.TimePeriod.Start)).toEqual([0, 1, 2, 3].map((it) => dayOf(pushed, it * DAY)));
    const second = results[1]?.Total['UsageQuantity'];
    expect(second?.Unit).toBe('GB-Mo');
    // Within the month of the push; its first day is a part.
    if (dayOf(pushed, DAY).slice(0, 7) === dayOf(pushed).slice(0, 7)) {
      expect(Number(second?.Amount)).toBeCloseTo(2 * gbMonths(DAY), 8);
    }
  });

  test('are grouped by tags, those of a repository that is gone too', async () => {
    const results = await costs({ Filter: STORAGE, GroupBy: [{ Type: 'TAG', Key: 'team' }] });
    expect(results[1]?.Groups.map((it) => it.Keys)).toEqual([['team$batch'], ['team$web']]);
    expect(results[3]?.Groups.map((it) => it.Keys)).toEqual([['team$web']]);
    const [batch, web] = results[1]?.Groups ?? [];
    expect(batch?.Metrics['UsageQuantity']?.Amount).toBe(web?.Metrics['UsageQuantity']?.Amount);
  });

  test('of what was sent are by its destination, and filtered by and, or and not', async () => {
    const sent = { Dimensions: { Key: 'USAGE_TYPE', Values: ['USE1-DataTransfer-'], MatchOptions: ['STARTS_WITH'] } };
    const web = { Tags: { Key: 'team', Values: ['web'] } };
    const amount = async (Filter: object) => {
      const [first] = await costs({ Filter, Metrics: ['UsageQuantity'] });
      return Math.round(Number(first?.Total['UsageQuantity']?.Amount) * 2 ** 30);
    };
    expect(await amount(sent)).toBe(2_000_000);
    expect(await amount({ And: [sent, web] })).toBe(1_000_000);
    expect(await amount({ And: [sent, { Not: web }] })).toBe(1_000_000);
    expect(await amount({ And: [sent, { Or: [web, { Tags: { Key: 'team', Values: ['batch'] } }] }] })).toBe(2_000_000);
    expect(await amount({ And: [sent, { Tags: { Key: 'team', MatchOptions: ['ABSENT'] } }] })).toBe(0);
  });

  test('are grouped by two dimensions, and by the hour', async () => {
    const [first] = await costs({
      TimePeriod: { Start: `${pushed.toISOString().slice(0, 13)}:00:00Z`, End: `${dayOf(pushed, DAY)}T00:00:00Z` },
      Granularity: 'HOURLY',
      GroupBy: [
        { Type: 'DIMENSION', Key: 'SERVICE' },
        { Type: 'DIMENSION', Key: 'OPERATION' },
      ],
    });
    expect(first?.Groups).toContainEqual({
      Keys: ['Amazon EC2 Container Registry (ECR)', 'PutImage'],
      Metrics: { UsageQuantity: { Amount: '2', Unit: 'Requests' }, UnblendedCost: { Amount: '0', Unit: 'USD' } },
    });
  });

  test('of each repository add up to those of all, exactly as they are priced', async () => {
    const body = {
      TimePeriod: period(),
      Granularity: 'MONTHLY',
      Metrics: ['UsageQuantity'],
      Filter: STORAGE,
      GroupBy: [{ Type: 'DIMENSION', Key: 'RESOURCE_ID' }],
    };
    const { json } = await ask('GetCostAndUsageWithResources', body);
    const groups = (json['ResultsByTime'] as Result[]).flatMap((it) => it.Groups);
    const keys = new Set(groups.map((it) => it.Keys[0]));
    expect(keys).toEqual(new Set(['job', 'web'].map((it) => `arn:aws:ecr:us-east-1:123456789012:repository/${it}`)));
  });

  test('are of the own account alone', async () => {
    const other = await account(berth);
    const results = await costs({}, { caller: other });
    expect(results.every((it) => it.Total['UsageQuantity']?.Amount === '0')).toBe(true);
  });

  test.each([
    ['an end before the start', { TimePeriod: { Start: '2026-02-02', End: '2026-02-01' } }],
    ['no day', { TimePeriod: { Start: '2026-02-31', End: '2026-03-02' } }],
    ['three groups', { GroupBy: ['SERVICE', 'REGION', 'OPERATION'].map((Key) => ({ Type: 'DIMENSION', Key })) }],
    ['a dimension that nothing has', { GroupBy: [{ Type: 'DIMENSION', Key: 'TENANCY' }] }],
    ['a metric that is none', { Metrics: ['Wishes'] }],
    ['a filter of two kinds', { Filter: { ...STORAGE, Tags: { Key: 'team', Values: ['web'] } } }],
    ['a filter of nothing', { Filter: {} }],
    ['too long ago', { TimePeriod: { Start: '2020-01-01', End: '2020-01-02' } }],
  ])('%s is refused', async (_, body) => {
    const usual = { TimePeriod: period(), Granularity: 'DAILY', Metrics: ['UsageQuantity'] };
    const { status, json } = await ask('GetCostAndUsage', { ...usual, ...body });
    expect([status, json['__type']]).toEqual([400, 'ValidationException']);
  });
});

describe('values', () => {
  test('of a dimension come in pages, and each once', async () => {
    const body = { TimePeriod: period(), Dimension: 'OPERATION', MaxResults: 2 };
    const seen: unknown[] = [];
    let token: unknown;
    do {
      const { json } = await ask('GetDimensionValues', {
        ...body,
        ...(token !== undefined && { NextPageToken: token }),
      });
      seen.push(...(json['DimensionValues'] as { Value: string }[]).map((it) => it.Value));
      token = json['NextPageToken'];
    } while (token !== undefined);
    expect(seen).toEqual([...new Set(seen)].toSorted());
    expect(seen).toContain('CompleteLayerUpload');

    const { json } = await ask('GetDimensionValues', { ...body, NextPageToken: 'AAAA' });
    expect(json['__type']).toBe('InvalidNextTokenException');
  });

  test('of tags are their keys, or what one is', async () => {
    expect((await ask('GetTags', { TimePeriod: period() })).json['Tags']).toEqual(['team']);
    const { json } = await ask('GetTags', { TimePeriod: period(), TagKey: 'team', SearchString: 'B' });
    expect(json['Tags']).toEqual(['batch', 'web']);
  });
});

describe('a forecast', () => {
  const body = () => ({ Metric: 'UNBLENDED_COST', Granularity: 'DAILY' });

  test('is what is stored now, for as long as it is asked for', async () => {
    const now = berth.world.clock.now();
    const span = { Start: dayOf(now), End: dayOf(now, 3 * DAY) };
    const { json } = await ask('GetCostForecast', { ...body(), TimePeriod: span });
    const days = json['ForecastResultsByTime'] as { MeanValue: string }[];
    expect(days.length).toBe(3);
    // The first year's 500 MB are more than is there.
    expect(json['Total']).toEqual({ Amount: '0', Unit: 'USD' });
    berth.pass(400 * DAY);
    const later = berth.world.clock.now();
    const paid = await ask('GetCostForecast', {
      ...body(),
      TimePeriod: { Start: dayOf(later), End: dayOf(later, DAY) },
    });
    const { Amount } = paid.json['Total'] as { Amount: string };
    expect(Number(Amount)).toBeCloseTo((0.1 * size) / 2 ** 30 / 30.5, 6);
  });

  test.each([
    ['of the past', { TimePeriod: { Start: '2020-01-01', End: '2020-01-02' } }, 'ValidationException'],
    ['by the hour', { Granularity: 'HOURLY' }, 'ValidationException'],
    ['of a quantity', { Metric: 'USAGE_QUANTITY' }, 'ValidationException'],
  ])('%s is refused', async (_, more, code) => {
    const now = berth.world.clock.now();
    const TimePeriod = { Start: dayOf(now), End: dayOf(now, DAY) };
    expect((await ask('GetCostForecast', { ...body(), TimePeriod, ...more })).json['__type']).toBe(code);
  });

  test('of an account that used nothing cannot be made', async () => {
    const now = berth.world.clock.now();
    const TimePeriod = { Start: dayOf(now), End: dayOf(now, DAY) };
    const { json } = await ask('GetCostForecast', { ...body(), TimePeriod }, { caller: await account(berth) });
    expect(json['__type']).toBe('DataUnavailableException');
  });
});
