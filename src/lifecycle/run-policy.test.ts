import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answerOf, deliveries } from '../../test/aws/events.ts';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { pullImage } from '../../test/lifecycle/pull-image.ts';
import {
  ARCHIVE,
  anyAfter,
  DAY,
  ruleText,
  type Stock,
  stockRepository,
  untaggedAfter,
  youngest,
} from '../../test/lifecycle/stock.ts';
import { lookUpEvents } from '../audit/look-up.ts';
import { fsck } from '../housekeeping/fsck.ts';
import { deleteImages } from '../registry/delete-images.ts';
import { putImage } from '../registry/put-image.ts';
import { updateStorageClass } from '../registry/update-storage-class.ts';
import { findLayerRow } from '../storage/metadata/layers.ts';
import { lifecycleActionsOf } from '../storage/metadata/lifecycle-actions.ts';
import type { Writing } from '../storage/metadata/port.ts';
import type { World } from '../world.ts';
import { deleteLifecyclePolicy, getLifecyclePolicy } from './put-policy.ts';
import { runPolicy } from './run-policy.ts';
import { scheduleLifecycle } from './schedule.ts';

let berth: TestBerth;
let stock: Stock;
let repositories = 0;
beforeAll(async () => {
  berth = await startBerth({ settings: { lifecycleExtensions: 'on' } });
});
afterAll(() => berth.stop());
beforeEach(async () => {
  stock = await stockRepository(berth, `app-${repositories++}`);
});

const of = () => ({ registry: berth.registry, repositoryName: stock.repositoryName });
const journal = () => berth.world.metadata.read((tx) => lifecycleActionsOf(tx, stock.repositoryId, 100));

async function events() {
  const found = await lookUpEvents(berth.world, {
    registry: berth.registry,
    attribute: { key: 'EventName', value: 'PolicyExecutionEvent' },
    limit: 100,
  });
  return found
    .map((it) => JSON.parse(it.record))
    .filter((it) => it.serviceEventDetails.repositoryName === stock.repositoryName);
}

describe('a policy that was put', () => {
  test('is run soon, and takes images with all their tags', async () => {
    const old = await stock.push('old', ['a', 'b']);
    berth.pass(2 * DAY);
    const young = await stock.push('young');
    await stock.put(ruleText(1, anyAfter(1)));
    await berth.settle();

    expect(await stock.images()).toEqual({ [young.digest]: 'ACTIVE' });
    const { lastEvaluatedAt } = await getLifecyclePolicy(berth.world, of());
    expect(lastEvaluatedAt).toEqual(berth.world.clock.now());
    expect(await journal()).toMatchObject([
      {
        digest: old.digest,
        action: 'expire',
        tags: '["a","b"]',
        rule_priority: 1,
        reason: expect.stringMatching(/^rule 1 takes what was pushed more than a day ago and this was at /),
      },
    ]);
  });

  test('leaves what an image needed to the collection, with a fresh lease', async () => {
    await stock.push('old');
    berth.pass(30 * DAY);
    await stock.put(ruleText(1, anyAfter(1)));
    await berth.settle();

    const layer = await berth.world.metadata.read((tx) => findLayerRow(tx, stock.repositoryId, stock.config.digest));
    expect(layer?.is_referenced).toBe(false);
    expect(layer?.leased_until).toBeGreaterThan(berth.world.clock.now().getTime());
  });

  test('is run again within an hour, for what has grown old since', async () => {
    await stock.put(ruleText(1, anyAfter(1)));
    await berth.settle();
    await stock.push('old');
    berth.pass(DAY + 60_000);
    await scheduleLifecycle(berth.world);
    await berth.settle();
    expect(await stock.images()).toEqual({});

    await stock.push('another');
    berth.pass(DAY - 3_600_000);
    await scheduleLifecycle(berth.world);
    await berth.settle();
    expect(Object.keys(await stock.images())).toHaveLength(1);
    berth.pass(3_600_001);
    await scheduleLifecycle(berth.world);
    await berth.settle();
    expect(await stock.images()).toEqual({});
  });

  test('is not run once it is deleted', async () => {
    await stock.push('old');
    await stock.put(ruleText(1, anyAfter(1)));
    await deleteLifecyclePolicy(berth.world, of());
    berth.pass(2 * DAY);
    await scheduleLifecycle(berth.world);
    await berth.settle();
    expect(Object.keys(await stock.images())).toHaveLength(1);
  });
});

test('an index goes with what it holds and with what refers to them, and what the journal says is why', async () => {
  const children = [await stock.push('amd64'), await stock.push('arm64')];
  const index = await stock.pushIndex(children, ['v1']);
  const signature = await stock.refer(index);
  const attestation = await stock.refer(signature, 'attestation');
  berth.pass(2 * DAY);
  await stock.put(ruleText(1, anyAfter(1)));
  await berth.settle();

  expect(await stock.images()).toEqual({});
  const reasons = new Map((await journal()).map((it) => [it.digest, it.reason]));
  expect(reasons.size).toBe(5);
  expect(reasons.get(signature.digest)).toBe(`it refers to ${index.digest} and goes with it`);
  expect(reasons.has(attestation.digest)).toBe(true);
  // The meter was told of the layers of each.
  expect(await fsck(berth.world, { repair: false })).toMatchObject({ isClean: true });
});

test('what an index that stays holds is kept, and no run fails for it', async () => {
  const child = await stock.push('amd64');
  await stock.pushIndex([child], ['v1']);
  berth.pass(2 * DAY);
  await stock.put(ruleText(1, untaggedAfter(1)));
  await berth.settle();

  expect(Object.keys(await stock.images())).toHaveLength(2);
  expect(await events()).toEqual([]);
});

test('a transition archives, what refers to the image too, and an archive rule takes both in the end', async () => {
  const image = await stock.push('old', ['v1']);
  const signature = await stock.refer(image);
  berth.pass(2 * DAY);
  await stock.put(
    ruleText(1, { ...anyAfter(1), countType: 'sinceImagePulled' }, ARCHIVE),
    ruleText(2, { ...anyAfter(90), storageClass: 'archive', countType: 'sinceImageTransitioned' }),
  );
  await berth.settle();
  expect(await stock.images()).toEqual({ [image.digest]: 'ARCHIVED v1', [signature.digest]: 'ARCHIVED' });

  berth.pass(90 * DAY);
  await scheduleLifecycle(berth.world);
  await berth.settle();
  expect(Object.keys(await stock.images())).toHaveLength(2);
  berth.pass(3_600_000);
  await scheduleLifecycle(berth.world);
  await berth.settle();
  expect(await stock.images()).toEqual({});
});

test('what refers to an image that somebody archived is archived by the next run', async () => {
  const image = await stock.push('old');
  const signature = await stock.refer(image);
  await updateStorageClass(berth.world, berth.registry, stock.repositoryName, {
    imageId: { imageDigest: image.digest },
    to: 'ARCHIVE',
  });
  await stock.put(ruleText(1, anyAfter(100)));
  await berth.settle();
  expect(await stock.images()).toEqual({ [image.digest]: 'ARCHIVED', [signature.digest]: 'ARCHIVED' });
});

describe('what happens between the judging and the acting', () => {
  /** Runs the policy, and does `meanwhile` before the first transaction of the run. */
  async function runWith(meanwhile: () => Promise<unknown>): Promise<void> {
    let isFirst = true;
    const { metadata } = berth.world;
    const world: World = {
      ...berth.world,
      metadata: {
        ...metadata,
        async write<T>(work: (tx: Writing) => Promise<T>) {
          if (isFirst) {
            isFirst = false;
            await meanwhile();
          }
          return metadata.write(work);
        },
      },
    };
    await runPolicy(world, stock.repositoryId);
    expect(isFirst).toBe(false);
  }
  const putRule = async (...rules: object[]) => {
    await stock.put(...(rules.length > 0 ? rules : [ruleText(1, anyAfter(1))]));
  };

  test('a tag that was put on an image saves it', async () => {
    const image = await stock.push('old');
    berth.pass(2 * DAY);
    await putRule();
    const { registry, repositoryName } = of();
    await runWith(() => putImage(berth.world, { registry, repositoryName, manifest: image, tags: ['kept'] }));
    expect(await stock.images()).toEqual({ [image.digest]: 'ACTIVE kept' });
  });

  test('an index that came to hold an image saves it, and the audit trail says so', async () => {
    const image = await stock.push('old');
    berth.pass(2 * DAY);
    await putRule();
    let index = '';
    await runWith(async () => {
      index = (await stock.pushIndex([image], ['v1'])).digest;
    });
    expect(await stock.images()).toEqual({ [image.digest]: 'ACTIVE', [index]: 'ACTIVE v1' });
    expect((await events())[0]?.serviceEventDetails.lifecycleEventFailureDetails).toMatchObject([
      {
        lifecycleEventImage: { digest: image.digest },
        rulePriority: 1,
        failureCode: 'ImageReferencedByManifestList',
        failureReason: `Requested image referenced by manifest list: [${index}]`,
      },
    ]);
  });

  test('what came to refer to an image goes with it, and the meter is told of its layers', async () => {
    const image = await stock.push('old');
    berth.pass(2 * DAY);
    await putRule();
    await runWith(() => stock.refer(image));
    expect(await stock.images()).toEqual({});
    await berth.settle();
    expect(await fsck(berth.world, { repair: false })).toMatchObject({ isClean: true });
  });

  test('a pull saves an image from a rule about pulls', async () => {
    const image = await stock.push('old');
    berth.pass(2 * DAY);
    await putRule(ruleText(1, { ...anyAfter(1), countType: 'sinceImagePulled' }));
    await runWith(() => pullImage(berth, stock.repositoryId, image.digest));
    expect(await stock.images()).toEqual({ [image.digest]: 'ACTIVE' });
  });

  test('an image that was deleted and pushed again is another', async () => {
    const image = await stock.push('old');
    berth.pass(2 * DAY);
    await putRule();
    await runWith(async () => {
      await deleteImages(berth.world, berth.registry, stock.repositoryName, [{ imageDigest: image.digest }]);
      await stock.push('old');
    });
    expect(await stock.images()).toEqual({ [image.digest]: 'ACTIVE' });
  });

  test('a policy that was taken away, or replaced, does nothing more', async () => {
    await stock.push('old');
    berth.pass(2 * DAY);
    await putRule();
    await runWith(() => deleteLifecyclePolicy(berth.world, of()));
    expect(Object.keys(await stock.images())).toHaveLength(1);

    await putRule();
    await runWith(() => putRule(ruleText(1, anyAfter(99))));
    expect(Object.keys(await stock.images())).toHaveLength(1);
    expect((await getLifecyclePolicy(berth.world, of())).lastEvaluatedAt).toEqual(new Date(0));
  });
});

test('the audit trail tells of a run as CloudTrail does, ten images to a record', async () => {
  for (let i = 0; i < 12; i++) {
    await stock.push(`image ${i}`, [`v${i}`]);
    berth.pass(1);
  }
  await stock.put({ ...ruleText(5, youngest(1)), description: 'the last one' });
  await berth.settle();

  const found = await events();
  expect(found.map((it) => it.serviceEventDetails.lifecycleEventImageActions.length).toSorted()).toEqual([1, 10]);
  const arn = `arn:aws:ecr:us-east-1:123456789012:repository/${stock.repositoryName}`;
  expect(found[0]).toMatchObject({
    eventType: 'AwsServiceEvent',
    eventSource: 'ecr.amazonaws.com',
    userIdentity: { accountId: '123456789012', invokedBy: 'AWS Internal' },
    readOnly: true,
    resources: [{ ARN: arn, accountId: '123456789012', type: 'AWS::ECR::Repository' }],
    serviceEventDetails: {
      repositoryName: stock.repositoryName,
      lifecycleEventPolicy: {
        lifecycleEventRules: [
          {
            rulePriority: 5,
            description: 'the last one',
            lifecycleEventSelection: {
              tagStatus: 'Any',
              tagPrefixList: [],
              tagPatternList: [],
              countType: 'Image count more than',
              countNumber: 1,
            },
            action: 'expire',
          },
        ],
        lastEvaluatedAt: 0,
        policyVersion: 1,
      },
      lifecycleEventImageActions: expect.arrayContaining([
        { lifecycleEventImage: expect.objectContaining({ tagStatus: 'Tagged' }), rulePriority: 5 },
      ]),
      lifecycleEventFailureDetails: [],
    },
  });
});

test('who has a rule for it is told of a run, as EventBridge tells of it', async () => {
  const old = await stock.push('old', ['v1']);
  berth.pass(2 * DAY);
  const detail = { eventName: ['PolicyExecutionEvent'], eventSource: ['ecr.amazonaws.com'] };
  const pattern = { source: ['aws.ecr'], 'detail-type': ['AWS Service Event via CloudTrail'], detail };
  await answerOf(berth, 'PutRule', { Name: 'runs', EventPattern: JSON.stringify(pattern) });
  await answerOf(berth, 'PutTargets', { Rule: 'runs', Targets: [{ Id: 't', Arn: 'https://127.0.0.1:1/' }] });
  await stock.put(ruleText(1, anyAfter(1)));
  await berth.settle();
  await answerOf(berth, 'DisableRule', { Name: 'runs' });

  const [record] = await events();
  expect((await deliveries(berth)).map((it) => JSON.parse(it.body))).toEqual([
    {
      version: '0',
      id: record.eventID,
      'detail-type': 'AWS Service Event via CloudTrail',
      source: 'aws.ecr',
      account: '123456789012',
      time: record.eventTime,
      region: 'us-east-1',
      resources: [],
      detail: record,
    },
  ]);
  expect(record.serviceEventDetails.lifecycleEventImageActions).toMatchObject([
    { lifecycleEventImage: { digest: old.digest, tagList: ['v1'] } },
  ]);
});

test('a policy of the extensions is left alone where they are off', async () => {
  const image = await stock.push('old');
  berth.pass(2 * DAY);
  await stock.put(ruleText(1, { ...anyAfter(1), countType: 'sinceImagePulled' }));
  const { world } = berth;
  await runPolicy({ ...world, rules: { ...world.rules, lifecycleExtensions: false } }, stock.repositoryId);
  expect(await stock.images()).toEqual({ [image.digest]: 'ACTIVE' });
});
