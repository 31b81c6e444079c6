import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerTo } from '../../../test/aws/authorization/send.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { QUOTAS } from '../../values/quotas.ts';

const REPOSITORIES = 'L-CFEB8E8D';
const RATE = 'BERTH-rate-of-put-image';

let off: TestBerth;
let ecr: TestBerth;
beforeAll(async () => {
  const quotas = new Map([
    ['registered-repositories', 7],
    ['rate-of-batch-get-image', 3],
  ]);
  [off, ecr] = await Promise.all([
    startBerth({ settings: { quotas } }),
    startBerth({ settings: { throttling: 'ecr' } }),
  ]);
});
afterAll(() => Promise.all([off.stop(), ecr.stop()]));

interface Said {
  readonly status: number;
  readonly Quota?: Record<string, unknown>;
  readonly Quotas?: Record<string, unknown>[];
  readonly NextToken?: string;
  readonly __type?: string;
}

async function ask(berth: TestBerth, operation: string, input: object): Promise<Said> {
  const { status, body } = await answerTo(berth, { service: 'servicequotas', operation, input, credentials: berth });
  return { status, ...JSON.parse(body) };
}

const one = (QuotaCode: string) => ({ ServiceCode: 'ecr', QuotaCode });

test('a quota is told as it holds here and as Amazon publishes it', async () => {
  const { account, region } = off.registry;
  expect((await ask(off, 'GetServiceQuota', one(REPOSITORIES))).Quota).toMatchObject({
    QuotaArn: `arn:aws:servicequotas:${region}:${account}:ecr/${REPOSITORIES}`,
    QuotaName: 'Registered repositories',
    Value: 7,
    Adjustable: true,
  });
  expect((await ask(off, 'GetAWSDefaultServiceQuota', one(REPOSITORIES))).Quota).toMatchObject({
    QuotaArn: `arn:aws:servicequotas:${region}::ecr/${REPOSITORIES}`,
    Value: 100_000,
  });
});

test('a rate that nothing bounds has a published value, and none that holds; one that was set, or that is ECR’s, does', async () => {
  expect(await ask(off, 'GetServiceQuota', one(RATE))).toMatchObject({
    status: 400,
    __type: 'NoSuchResourceException',
  });
  expect((await ask(off, 'GetAWSDefaultServiceQuota', one(RATE))).Quota).toMatchObject({
    Value: 10,
    Period: { PeriodValue: 1, PeriodUnit: 'SECOND' },
  });
  expect((await ask(ecr, 'GetServiceQuota', one(RATE))).Quota).toMatchObject({ Value: 10 });
  expect((await ask(off, 'GetServiceQuota', one('BERTH-rate-of-batch-get-image'))).Quota).toMatchObject({ Value: 3 });
  const all = await ask(off, 'ListServiceQuotas', { ServiceCode: 'ecr' });
  const rates = all.Quotas?.map((it) => it['QuotaName']).filter((it) => String(it).startsWith('Rate'));
  expect(rates).toEqual(['Rate of BatchGetImage requests']);
});

test('all quotas come in pages, and a token goes on with its own list alone', async () => {
  const codes: unknown[] = [];
  let page: Said = { status: 0 };
  do {
    const input = { ServiceCode: 'ecr', MaxResults: 10, ...(page.NextToken && { NextToken: page.NextToken }) };
    page = await ask(off, 'ListAWSDefaultServiceQuotas', input);
    codes.push(...(page.Quotas ?? []).map((it) => it['QuotaCode']));
  } while (page.NextToken !== undefined);
  expect(codes).toEqual(QUOTAS.map((it) => it.code));

  const { NextToken } = await ask(off, 'ListServiceQuotas', { ServiceCode: 'ecr', MaxResults: 1 });
  expect(await ask(off, 'ListAWSDefaultServiceQuotas', { ServiceCode: 'ecr', NextToken })).toMatchObject({
    status: 400,
    __type: 'InvalidPaginationTokenException',
  });
});

test('ECR is the one service, and its codes are the only ones', async () => {
  expect(await ask(off, 'ListServices', {})).toMatchObject({ Services: [{ ServiceCode: 'ecr' }] });
  const none = { status: 400, __type: 'NoSuchResourceException' };
  expect(await ask(off, 'ListServiceQuotas', { ServiceCode: 'ec2' })).toMatchObject(none);
  expect(await ask(off, 'GetServiceQuota', one('L-00000000'))).toMatchObject(none);
});
