import {
  BatchGetImageCommand,
  DeregisterPullTimeUpdateExclusionCommand,
  DescribeImagesCommand,
  type ECRClient,
  ListPullTimeUpdateExclusionsCommand,
  RegisterPullTimeUpdateExclusionCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, refused } from '../../test/aws/client.ts';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { allowing, loginOf, role, session, user } from '../../test/identity.ts';
import { aManifest, pushLayer } from '../../test/manifests.ts';
import { deleteImages } from '../registry/delete-images.ts';
import { getRepository } from '../registry/get-repository.ts';
import type { Manifest } from '../registry/parse-manifest.ts';
import { putImage } from '../registry/put-image.ts';
import { pullsIn } from './list-pulls.ts';
import type { CountedPulls, Pull } from './port.ts';
import { pullCounter, REPOSITORIES_AT_MOST, WAITING_AT_MOST } from './pull-counter.ts';
import { writeDownPulls } from './write-down-pulls.ts';

const MOMENT = 5_000;

let berth: TestBerth;
let ecr: ECRClient;
let repositoryName: string;
let image: Manifest;
let count = 0;

beforeAll(async () => {
  berth = await startBerth();
  ecr = ecrClient(berth);
});
afterAll(() => berth.stop());

beforeEach(async () => {
  count += 1;
  repositoryName = `app-${count}`;
  await berth.createRepository(repositoryName);
  const config = await pushLayer(berth.world, berth.registry, repositoryName, Buffer.from('{}'));
  image = aManifest({ config });
  await put();
  berth.pass(MOMENT);
});

const put = () => putImage(berth.world, { registry: berth.registry, repositoryName, manifest: image, tags: ['v1'] });
const pull = async (reference: string, { method = 'GET', authorization = berth.authorization } = {}) => {
  const path = `/v2/${repositoryName}/manifests/${reference}`;
  const answer = await fetch(`${berth.url}${path}`, { method, headers: { Authorization: authorization } });
  await answer.arrayBuffer();
  expect(answer.status).toBe(200);
};
const lastPull = async () => {
  await berth.settle();
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }));
  return imageDetails?.[0]?.lastRecordedPullTime;
};
const pulls = async () => {
  await berth.settle();
  return (await pullsIn(berth.world, berth.registry, repositoryName, 10)).map(({ tag, pulls }) => [tag, pulls]);
};
const countBy = async (principalArn: string) => {
  const { id } = await getRepository(berth.world, berth.registry, repositoryName);
  const of = { registry: berth.registry, repositoryName, repositoryId: id };
  berth.world.pulls.count({ ...of, digest: image.digest, tag: 'v1', principalArn, at: berth.world.clock.now() });
};

test('a pull at either door sets the time, and counts under what was asked for; HEAD does neither', async () => {
  await pull('v1', { method: 'HEAD' });
  expect(await lastPull()).toBeUndefined();

  await pull('v1');
  await pull('v1');
  await pull(image.digest);
  const first = berth.world.clock.now();
  expect(await lastPull()).toEqual(first);

  berth.pass(MOMENT);
  const imageIds = [{ imageTag: 'v1' }, { imageTag: 'none' }];
  await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds }));
  expect(await lastPull()).toEqual(berth.world.clock.now());
  expect(await pulls()).toEqual([
    ['v1', 3],
    [undefined, 1],
  ]);
});

test('what was counted is written down when the process ends', async () => {
  await pull('v1');

  await berth.restart();

  expect(await pulls()).toEqual([['v1', 1]]);
});

test('pulls go with their image, and those that are written down behind it leave nothing', async () => {
  await pull('v1');
  await berth.settle();
  await pull('v1');
  await deleteImages(berth.world, berth.registry, repositoryName, [{ imageTag: 'v1' }]);
  expect(await pulls()).toEqual([]);

  await put();
  expect(await pulls()).toEqual([]);
  expect(await lastPull()).toBeUndefined();
});

test('two nodes add up what they counted, and the later time stands', async () => {
  const { world } = berth;
  const early = world.clock.now();
  const count = async (at: Date) => {
    const pulls = pullCounter();
    await countBy('arn:aws:iam::123456789012:user/a');
    pulls.putBack(world.pulls.take().counted.map((it) => ({ ...it, at })));
    return writeDownPulls({ ...world, pulls });
  };
  await Promise.all([count(new Date(early.getTime() + MOMENT)), count(early)]);
  await count(early);

  expect(await pulls()).toEqual([['v1', 3]]);
  expect(await lastPull()).toEqual(new Date(early.getTime() + MOMENT));
});

describe('an exclusion', () => {
  const register = (principalArn: string) => ecr.send(new RegisterPullTimeUpdateExclusionCommand({ principalArn }));
  const deregister = (principalArn: string) => ecr.send(new DeregisterPullTimeUpdateExclusionCommand({ principalArn }));
  const list = (maxResults?: number, nextToken?: string) =>
    ecr.send(new ListPullTimeUpdateExclusionsCommand({ maxResults, nextToken }));

  test('lets pulls of a user, and of sessions of a role, count without setting the time', async () => {
    const policies = [allowing('ecr:*')];
    const alice = await user(berth, { policies });
    const puller = await role(berth, { policies });
    const scanning = await session(berth, puller);
    for (const arn of [alice.arn, puller.arn]) await register(arn);

    for (const who of [alice, scanning]) await pull('v1', { authorization: await loginOf(berth, who) });
    expect(await lastPull()).toBeUndefined();
    expect(await pulls()).toEqual([['v1', 2]]);

    await deregister(alice.arn);
    await pull('v1', { authorization: await loginOf(berth, alice) });
    expect(await lastPull()).toBeDefined();
    await deregister(puller.arn);
  });

  test('is there once, listed by pages, and gone once', async () => {
    const arns = ['a', 'b', 'c'].map((it) => `arn:aws:iam::123456789012:role/scanners/${it}`);
    for (const arn of arns) {
      expect(await register(arn)).toMatchObject({ principalArn: arn, createdAt: expect.any(Date) });
    }
    const [first = ''] = arns;
    await expect(register(first)).rejects.toEqual(refused('ExclusionAlreadyExistsException', /already exists/));

    const page = await list(2);
    const rest = await list(2, page.nextToken);
    expect([page.pullTimeUpdateExclusions, rest.pullTimeUpdateExclusions]).toEqual([arns.slice(0, 2), arns.slice(2)]);
    expect(rest.nextToken).toBeUndefined();

    for (const arn of arns) await deregister(arn);
    await expect(deregister(first)).rejects.toEqual(refused('ExclusionNotFoundException', /does not exist/));
    expect((await list()).pullTimeUpdateExclusions).toEqual([]);
  });

  test('is one of a hundred at most', async () => {
    for (let i = 0; i < 100; i++) await register(`arn:aws:iam::123456789012:user/u${i}`);

    await expect(register('arn:aws:iam::123456789012:user/more')).rejects.toEqual(
      refused('LimitExceededException', /limit of 100$/),
    );
  });
});

describe('the counter', () => {
  const aPull = (changed: Partial<Pull> = {}): Pull => ({
    registry: { account: '1', region: 'r' },
    ...{ repositoryName: 'app', repositoryId: 'id', digest: 'd', tag: 't', principalArn: 'arn' },
    at: new Date(1_000),
    ...changed,
  });

  test('takes what was counted once, and again what was put back', () => {
    const counter = pullCounter();
    counter.count(aPull({ at: new Date(2_000) }));
    counter.count(aPull());
    counter.count(aPull({ tag: undefined }));

    const { counted } = counter.take();
    expect(counted.map((it) => [it.tag, it.pulls, it.at.getTime()])).toEqual([
      ['t', 2, 2_000],
      [undefined, 1, 1_000],
    ]);
    expect(counter.take().counted).toEqual([]);

    counter.count(aPull());
    counter.putBack(counted);
    expect(counter.take().counted).toMatchObject([{ pulls: 3, at: new Date(2_000) }, { pulls: 1 }]);
  });

  test('holds so many, says how many it dropped, and goes on counting those it knows', () => {
    const counter = pullCounter();
    for (let i = 0; i <= WAITING_AT_MOST; i++) counter.count(aPull({ digest: `${i}` }));
    counter.count(aPull({ digest: '0' }));

    const { counted, dropped } = counter.take();

    expect([counted.length, counted[0]?.pulls, dropped]).toEqual([WAITING_AT_MOST, 2, 1]);
    expect(counter.take().dropped).toBe(0);
  });

  test('totals each repository since the start, up to a number of them', () => {
    const counter = pullCounter();
    for (let i = 0; i < REPOSITORIES_AT_MOST + 2; i++) counter.count(aPull({ repositoryId: `${i}` }));
    counter.count(aPull({ repositoryId: '0' }));
    counter.take();

    const { repositories, others } = counter.totals();
    expect([repositories.length, repositories[0]?.pulls, others]).toEqual([REPOSITORIES_AT_MOST, 2, 2]);
  });

  test('keeps what could not be written down', async () => {
    const { world } = berth;
    const pulls = pullCounter();
    pulls.count(aPull());
    const metadata = { ...world.metadata, write: () => Promise.reject(new Error('no database')) };

    await expect(writeDownPulls({ ...world, pulls, metadata })).rejects.toThrow('no database');

    expect(pulls.take().counted).toMatchObject([{ pulls: 1 } satisfies Partial<CountedPulls>]);
  });
});
