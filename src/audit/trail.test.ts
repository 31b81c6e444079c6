import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { createRepository } from '../registry/create-repository.ts';
import { findAuditEvents } from '../storage/metadata/audit.ts';
import type { Metadata } from '../storage/metadata/port.ts';
import { rootArn } from '../values/arn.ts';
import type { Act } from './act.ts';
import { type AuditFiles, auditFiles } from './files.ts';
import { lookUpEvents } from './look-up.ts';
import { auditTrail } from './trail.ts';

const account = '123456789012';
const registry = { account, region: 'us-east-1' };

let berth: TestBerth;
let folder: string;
let files: AuditFiles;
beforeEach(async () => {
  berth = await startBerth();
  folder = await mkdtemp(join(tmpdir(), 'berth-test-'));
  files = auditFiles({ folder, keepDays: 90, clock: berth.world.clock, log: berth.world.log, writer: 'test' });
});
afterEach(async () => {
  await files.close();
  await berth.stop();
  await rm(folder, { recursive: true });
});

let numbers = 0;
function anAct(change: Partial<Act> = {}): Act {
  return {
    eventId: `00000000-0000-4000-8000-${String(numbers++).padStart(10, '0')}00`,
    requestId: 'the-request',
    at: berth.world.clock.now(),
    source: 'ecr.amazonaws.com',
    name: 'CreateRepository',
    request: { sourceIp: '127.0.0.1', userAgent: 'a client\n{"forged": true}', host: 'localhost', tls: undefined },
    region: 'us-east-1',
    principal: {
      kind: 'root',
      account,
      arn: rootArn(account, 'us-east-1'),
      userId: account,
      accessKeyId: 'AKIAEXAMPLE',
      identityVersion: 1,
    },
    parameters: undefined,
    response: undefined,
    resources: [],
    error: undefined,
    ...change,
  };
}

const eventsIn = (metadata: Metadata) =>
  metadata.read((tx) => findAuditEvents(tx, { ...registry, from: 0, to: Number.MAX_SAFE_INTEGER, limit: 50 }));

async function lines(): Promise<Record<string, unknown>[]> {
  const texts = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const bytes = await readFile(join(folder, name));
      return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    }),
  );
  return texts.flatMap((text) => text.split('\n').filter((it) => it !== '')).map((line) => JSON.parse(line));
}

describe('a change', () => {
  test('is recorded in its own transaction: when its record cannot be, it is not made', async () => {
    const { metadata, trail } = auditTrail(berth.world.metadata, { files, log: berth.world.log });
    const world = { ...berth.world, metadata };
    await metadata.write((tx) => tx.schema.alterTable('audit_events').renameTo('elsewhere').execute());
    const act = anAct();
    const created = trail.record(act, () => createRepository(world, { registry, repositoryName: 'app' }));
    await expect(created).rejects.toThrow();
    await metadata.write((tx) => tx.schema.alterTable('elsewhere').renameTo('audit_events').execute());
    expect(await metadata.read((tx) => tx.selectFrom('repositories').selectAll().execute())).toEqual([]);
    await trail.close();
  });

  test('is there at once, before anything was written down, and only once at the end', async () => {
    const { metadata, trail } = auditTrail(berth.world.metadata, { files, log: berth.world.log });
    const world = { ...berth.world, metadata };
    await trail.record(anAct(), async () => {
      await createRepository(world, { registry, repositoryName: 'app' });
      expect(await eventsIn(metadata)).toHaveLength(1);
      await createRepository(world, { registry, repositoryName: 'other' });
    });
    await trail.flush();
    expect(await eventsIn(metadata)).toMatchObject([{ event_name: 'CreateRepository', username: 'root' }]);
    await trail.close();
    expect(await lines()).toMatchObject([{ eventName: 'CreateRepository', userAgent: 'a client\n{"forged": true}' }]);
  });
});

test('an act that fails is recorded with its error, and its caller gets the error', async () => {
  const { metadata, trail } = auditTrail(berth.world.metadata, { files, log: berth.world.log });
  const failing = trail.record(anAct({ name: 'DescribeImages' }), () => Promise.reject(new Error('broken')));
  await expect(failing).rejects.toThrow('broken');
  await trail.close();
  expect(await lines()).toMatchObject([{ eventName: 'DescribeImages', errorCode: 'ServerException' }]);
  expect(JSON.parse((await eventsIn(metadata))[0]?.record ?? '{}')).toMatchObject({ errorMessage: 'Internal error' });
});

test('what one account does with what another owns is recorded in both, with less of a stranger', async () => {
  const { metadata, trail } = auditTrail(berth.world.metadata, { files, log: berth.world.log });
  const foreign = 'arn:aws:ecr:us-east-1:210987654321:repository/app';
  await trail.record(anAct({ name: 'BatchGetImage', resources: [foreign] }), async () => undefined);
  await trail.close();

  const [own] = await lookUpEvents(berth.world, { registry, limit: 10 });
  const owner = { account: '210987654321', region: 'us-east-1' };
  const [theirs] = await lookUpEvents(berth.world, {
    registry: owner,
    attribute: { key: 'ResourceName', value: foreign },
    limit: 10,
  });
  const [a, b] = [JSON.parse(own?.record ?? '{}'), JSON.parse(theirs?.record ?? '{}')];
  expect(a.userIdentity).toMatchObject({ type: 'Root', arn: rootArn(account, 'us-east-1') });
  expect(b.userIdentity).toEqual({ type: 'AWSAccount', principalId: account, accountId: account });
  expect(a.sharedEventID).toBe(b.sharedEventID);
  expect(a.eventID).not.toBe(b.eventID);
  expect(metadata).toBeDefined();
});

test('while nothing can be written down, nothing is lost; once too much waits, nothing more is done', async () => {
  const broken: AuditFiles = { ...files, append: () => Promise.reject(new Error('disk full')) };
  let isBroken = true;
  const sometimes: AuditFiles = { ...files, append: (text) => (isBroken ? broken : files).append(text) };
  const { trail } = auditTrail(berth.world.metadata, { files: sometimes, log: berth.world.log });
  for (let i = 0; i < 20_000; i++) {
    await trail.record(anAct({ name: 'ListImages', principal: undefined }), async () => undefined);
  }
  await expect(trail.flush()).rejects.toThrow('disk full');
  await expect(trail.record(anAct(), async () => undefined)).rejects.toMatchObject({ code: 'ServiceUnavailable' });

  isBroken = false;
  await trail.flush();
  await trail.record(anAct(), async () => undefined);
  await trail.close();
  expect(await lines()).toHaveLength(20_001);
});
