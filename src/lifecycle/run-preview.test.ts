import {
  GetLifecyclePolicyPreviewCommand,
  PutLifecyclePolicyCommand,
  StartLifecyclePolicyPreviewCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ecrClient, refused } from '../../test/aws/client.ts';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import {
  ARCHIVE,
  anyAfter,
  DAY,
  ruleText,
  type Stock,
  stockRepository,
  untaggedAfter,
} from '../../test/lifecycle/stock.ts';
import { lookUpEvents } from '../audit/look-up.ts';
import { findLifecyclePreview, previewResults } from '../storage/metadata/lifecycle-previews.ts';
import { previewingLifecycle } from './run-preview.ts';
import { tidyLifecycle } from './tidy-lifecycle.ts';

let berth: TestBerth;
let ecr: ReturnType<typeof ecrClient>;
let stock: Stock;
let repositoryName: string;
let repositories = 0;
beforeAll(async () => {
  berth = await startBerth();
  ecr = ecrClient(berth);
});
afterAll(() => berth.stop());
beforeEach(async () => {
  stock = await stockRepository(berth, `app-${repositories++}`);
  ({ repositoryName } = stock);
});

/** Signs by the clock in hand. */
function client(): typeof ecr {
  ecr.config.systemClockOffset = berth.world.clock.now().getTime() - Date.now();
  return ecr;
}

const textOf = (...rules: object[]) => JSON.stringify({ rules }, null, 2);
const UNTAGGED = textOf(ruleText(1, untaggedAfter(1)));
const start = (lifecyclePolicyText?: string) =>
  client().send(
    new StartLifecyclePolicyPreviewCommand({ repositoryName, ...(lifecyclePolicyText && { lifecyclePolicyText }) }),
  );
type Asked = Omit<ConstructorParameters<typeof GetLifecyclePolicyPreviewCommand>[0], 'repositoryName'>;
const get = (asked: Asked = {}) => client().send(new GetLifecyclePolicyPreviewCommand({ repositoryName, ...asked }));
const inRepository = `for the repository with name '`;

test('a preview is in progress, and then says what would be done, in the order in which it would be', async () => {
  const old = await stock.push('old');
  berth.pass(DAY);
  const tagged = await stock.push('tagged', ['v2', 'v1']);
  const child = await stock.push('child');
  await stock.pushIndex([child], ['latest']);
  berth.pass(2 * DAY);

  const text = textOf(
    ruleText(1, untaggedAfter(1)),
    ruleText(2, { ...anyAfter(1), tagStatus: 'tagged', tagPatternList: ['v*'] }, ARCHIVE),
  );
  const registryId = berth.registry.account;
  const said = { registryId, repositoryName, lifecyclePolicyText: text };
  expect(await start(text)).toMatchObject({ ...said, status: 'IN_PROGRESS' });
  const before = await get();
  expect(before).toMatchObject({ ...said, status: 'IN_PROGRESS' });
  expect(before).not.toHaveProperty('previewResults');

  await berth.settle();
  expect(await get()).toMatchObject({
    ...said,
    status: 'COMPLETE',
    summary: {
      expiringImageTotalCount: 1,
      transitioningImageTotalCounts: [{ targetStorageClass: 'ARCHIVE', imageTotalCount: 1 }],
    },
    previewResults: [
      {
        imageDigest: old.digest,
        action: { type: 'EXPIRE' },
        appliedRulePriority: 1,
        storageClass: 'STANDARD',
      },
      {
        imageDigest: tagged.digest,
        imageTags: ['v1', 'v2'],
        action: { type: 'TRANSITION', targetStorageClass: 'ARCHIVE' },
        appliedRulePriority: 2,
        storageClass: 'STANDARD',
      },
    ],
  });
  expect(Object.keys(await stock.images())).toHaveLength(4);
});

test('without a text it is about the policy of the repository', async () => {
  await expect(start()).rejects.toEqual(
    refused(
      'LifecyclePolicyNotFoundException',
      `Lifecycle policy does not exist ${inRepository}${repositoryName}' in the registry with id '123456789012'`,
    ),
  );
  await client().send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: UNTAGGED }));
  expect(await start()).toMatchObject({ lifecyclePolicyText: UNTAGGED });
  await berth.settle();
  const { summary, previewResults: results } = await get();
  expect(results).toEqual([]);
  expect(summary).toEqual({ expiringImageTotalCount: 0 });
});

test('there is one at a time, and the next replaces it', async () => {
  await expect(get()).rejects.toEqual(
    refused(
      'LifecyclePolicyPreviewNotFoundException',
      `Lifecycle policy preview does not exist ${inRepository}${repositoryName}' in the registry with id '123456789012'`,
    ),
  );
  const old = await stock.push('old');
  berth.pass(2 * DAY);
  await start(UNTAGGED);
  await expect(start(UNTAGGED)).rejects.toEqual(
    refused(
      'LifecyclePolicyPreviewInProgressException',
      `A lifecycle policy preview is in progress ${inRepository}${repositoryName}' in the registry with id '123456789012'`,
    ),
  );
  await berth.settle();
  expect((await get()).previewResults).toHaveLength(1);
  const first = await berth.world.metadata.read((tx) => findLifecyclePreview(tx, stock.repositoryId));

  const other = textOf(ruleText(1, untaggedAfter(9)));
  await start(other);
  await berth.settle();
  expect(await get()).toMatchObject({ lifecyclePolicyText: other, previewResults: [] });
  const left = await berth.world.metadata.read((tx) =>
    previewResults(
      tx,
      { repositoryId: stock.repositoryId, previewId: first?.id ?? '' },
      { tagStatus: 'ANY', after: undefined, limit: 9 },
    ),
  );
  expect(left).toEqual([]);
  expect(await stock.images()).toEqual({ [old.digest]: 'ACTIVE' });
});

test('results come in pages, by tag status, or of the images that are named', async () => {
  const images = [];
  for (let i = 0; i < 5; i++) {
    images.push(await stock.push(`image ${i}`, i % 2 === 0 ? [`v${i}`] : []));
    berth.pass(1_000);
  }
  berth.pass(2 * DAY);
  await start(textOf(ruleText(1, anyAfter(1))));
  await berth.settle();
  const digests = images.map((it) => it.digest);
  const found = async (asked: Asked) => (await get(asked)).previewResults?.map((it) => it.imageDigest);

  const first = await get({ maxResults: 3 });
  const rest = await get({ maxResults: 3, nextToken: first.nextToken });
  expect([...(first.previewResults ?? []), ...(rest.previewResults ?? [])].map((it) => it.imageDigest)).toEqual(
    digests,
  );
  expect(first.summary).toEqual({ expiringImageTotalCount: 5 });
  expect(rest.nextToken).toBeUndefined();
  expect(await found({ filter: { tagStatus: 'UNTAGGED' } })).toEqual([digests[1], digests[3]]);
  expect(await found({ filter: { tagStatus: 'TAGGED' }, maxResults: 2 })).toEqual([digests[0], digests[2]]);
  expect(await found({ imageIds: [{ imageTag: 'v2' }, { imageDigest: digests[3] }, { imageTag: 'none' }] })).toEqual([
    digests[2],
    digests[3],
  ]);
  await expect(get({ imageIds: [{ imageTag: 'v2' }], maxResults: 1 })).rejects.toEqual(
    refused('InvalidParameterException', /maxResults cannot be specified when imageIds are specified/),
  );
  await expect(get({ filter: { tagStatus: 'TAGGED' }, nextToken: first.nextToken })).rejects.toEqual(
    refused('InvalidParameterException', /Invalid next token/),
  );
});

test('what it found is dropped after a day', async () => {
  await stock.push('old');
  berth.pass(2 * DAY);
  await start(UNTAGGED);
  await berth.settle();
  berth.pass(DAY);
  await tidyLifecycle(berth.world);
  expect(await get()).toMatchObject({ status: 'COMPLETE' });

  berth.pass(1);
  const expired = await get();
  expect(expired).toMatchObject({ status: 'EXPIRED', lifecyclePolicyText: UNTAGGED });
  expect(expired).not.toHaveProperty('previewResults');
  await tidyLifecycle(berth.world);
  expect(await get()).toMatchObject({ status: 'EXPIRED' });
  const row = await berth.world.metadata.read((tx) => findLifecyclePreview(tx, stock.repositoryId));
  const which = { repositoryId: stock.repositoryId, previewId: row?.id ?? '' };
  const page = { tagStatus: 'ANY', after: undefined, limit: 9 } as const;
  expect(await berth.world.metadata.read((tx) => previewResults(tx, which, page))).toEqual([]);
});

test('one that cannot be done at the last try has failed, and another may begin', async () => {
  await start(UNTAGGED);
  const { repositoryId } = stock;
  const row = await berth.world.metadata.read((tx) => findLifecyclePreview(tx, repositoryId));
  const { metadata } = berth.world;
  const broken = { ...berth.world, metadata: { ...metadata, read: () => Promise.reject(new Error('broken')) } };
  const run = {
    jobId: '1',
    attempt: previewingLifecycle.attempts,
    signal: new AbortController().signal,
    finish: async () => undefined,
  };
  await expect(previewingLifecycle.run(broken, { repositoryId, previewId: row?.id }, run)).rejects.toThrow('broken');

  expect(await get()).toMatchObject({ status: 'FAILED' });
  await start(UNTAGGED);
});

test('the audit trail tells of it', async () => {
  const old = await stock.push('old', ['v1']);
  berth.pass(2 * DAY);
  await start(textOf(ruleText(1, anyAfter(1))));
  await berth.settle();
  const found = await lookUpEvents(berth.world, {
    registry: berth.registry,
    attribute: { key: 'EventName', value: 'DryRunEvent' },
    limit: 100,
  });
  const records = found.map((it) => JSON.parse(it.record));
  expect(records.find((it) => it.serviceEventDetails.repositoryName === repositoryName)).toMatchObject({
    eventType: 'AwsServiceEvent',
    serviceEventDetails: {
      repositoryName,
      lifecycleEventImageActions: [
        { lifecycleEventImage: { digest: old.digest, tagStatus: 'Tagged', tagList: ['v1'] }, rulePriority: 1 },
      ],
    },
  });
});
