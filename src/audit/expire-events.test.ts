import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { putAuditEvents } from '../storage/metadata/audit.ts';
import { expireEvents } from './expire-events.ts';

const DAY = 24 * 60 * 60 * 1000;

let berth: TestBerth;
beforeEach(async () => {
  berth = await startBerth({ settings: { auditDays: 30, auditReads: 3 } });
});
afterEach(() => berth.stop());

test('changes stay for their days, reads only as long as they are among the newest', async () => {
  const now = berth.world.clock.now().getTime();
  const event = (id: string, isRead: boolean, age: number) => ({
    event_id: id,
    account: '123456789012',
    region: 'us-east-1',
    at: now - age,
    event_name: isRead ? 'ListImages' : 'PutImage',
    event_source: 'ecr.amazonaws.com',
    read_only: isRead ? 1 : 0,
    username: null,
    access_key_id: null,
    record: '{}',
  });
  const reads = Array.from({ length: 5 }, (_, i) => event(`read-${i}`, true, i * 1_000));
  const events = [...reads, event('new', false, 29 * DAY), event('old', false, 31 * DAY)];
  const resources = events.map(({ event_id, account, region, at }) => ({
    event_id,
    type: 'AWS::ECR::Repository',
    name: 'arn',
    account,
    region,
    at,
  }));
  await berth.world.metadata.write((tx) => putAuditEvents(tx, events, resources));

  expect(await expireEvents(berth.world)).toBe(2);
  expect(await expireEvents(berth.world)).toBe(0);
  for (const table of ['audit_events', 'audit_resources'] as const) {
    const rows = await berth.world.metadata.read((tx) => tx.selectFrom(table).select('event_id').execute());
    expect(rows.map((it) => it.event_id).toSorted()).toEqual(['new', 'read-0', 'read-1', 'read-2', 'read-3']);
  }
});
