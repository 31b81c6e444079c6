import * as changes from '../../../src/storage/metadata/changes.ts';
import * as jobs from '../../../src/storage/metadata/jobs.ts';
import * as metered from '../../../src/storage/metadata/metered.ts';
import * as levels from '../../../src/storage/metadata/storage-levels.ts';
import * as parts from '../../../src/storage/metadata/stored-parts.ts';
import { REGISTRY } from '../many-rows.ts';
import { FEW, LIMIT, NOW, type Queries, some } from './page.ts';

const { account } = REGISTRY;
const claimed = { id: 'j77', claim: 'me' };
const until = new Date(NOW.getTime() + 60_000);
const old = { unit: 'hour', before: 900, limit: FEW } as const;
const span = { from: 700, to: 750 };
const counted = {
  account,
  region: REGISTRY.region,
  ends_at: 711,
  starts_at: 710,
  repository_name: 'name-7',
  kind: 'k',
};

/** What follows from changes: the outbox, jobs, and the meter. */
export const FOLLOW_UP_QUERIES: Queries = {
  'whether there are changes': (tx) => changes.hasChanges(tx),
  'the oldest changes': (tx) => changes.oldestChanges(tx, LIMIT),
  'how many changes wait': (tx) => changes.waitingChanges(tx),
  'changes of repositories': (tx) => changes.changesOf(tx, some('r')),
  'removing changes': (tx) => changes.removeChanges(tx, 77),
  'noting that a change failed': (tx) => changes.noteFailedChange(tx, 77),

  'jobs that are due': (tx) =>
    jobs.dueJobs(tx, NOW, [
      { kind: 'quick', places: 4 },
      { kind: 'later', places: 4 },
    ]),
  'adding a job that may be there': (tx) =>
    jobs.addJob(tx, {
      id: 'new',
      kind: 'quick',
      registry: REGISTRY,
      payload: {},
      uniqueKey: 'u77',
      dueAt: NOW,
      now: NOW,
    }),
  'claiming jobs': (tx) => jobs.claimJobs(tx, { ids: some('j'), claim: 'me', now: NOW, until }),
  'keeping a job': (tx) => jobs.keepJob(tx, claimed, until),
  'finishing a job': (tx) => jobs.finishJob(tx, claimed),
  'a job that failed, and those behind it': (tx) =>
    jobs.failJob(tx, claimed, { error: 'broken', retryAt: until, isLast: false }),
  'releasing a job': (tx) => jobs.releaseJob(tx, claimed),
  'whether a job is running': (tx) => jobs.hasRunningJobs(tx, NOW),
  'jobs, oldest first': (tx) => jobs.listJobs(tx, { limit: LIMIT }),
  'jobs of a kind and state': (tx) => jobs.listJobs(tx, { kind: 'later', state: 'waiting', limit: LIMIT, now: NOW }),
  'how many jobs there are': (tx) => jobs.countJobs(tx),
  'trying what is dead again': (tx) => jobs.retryJobs(tx, 'dead', NOW),
  'trying jobs again': (tx) => jobs.retryJobs(tx, some('j'), NOW),

  'parts of a repository': (tx) =>
    parts.findParts(
      tx,
      'r0',
      some('sha256:d').map((digest) => ({ kind: 'layer', digest })),
    ),
  'parts that only archived images need': (tx) => parts.archivedParts(tx, 'r0'),
  'removing the parts of a repository': (tx) => parts.removePartsOf(tx, 'r77'),
  'levels of repositories': (tx) => levels.levelsOf(tx, some('r')),
  'levels of all accounts': (tx) =>
    levels.levelsAfter(tx, { repository_id: 'r5', storage_class: 'ARCHIVE' }, { limit: LIMIT }),
  'levels of an account': (tx) =>
    levels.levelsAfter(tx, { repository_id: 'r5', storage_class: 'ARCHIVE' }, { account, limit: LIMIT }),
  'levels of repositories that are gone': (tx) => levels.orphanedLevelsAfter(tx, 'r5', LIMIT),
  'writing a level down': (tx) =>
    levels.putLevel(tx, {
      ...REGISTRY,
      repository_id: 'r7',
      storage_class: 'STANDARD',
      repository_name: 'n',
      bytes: 0,
      since: 1,
    }),
  'storage of an account': (tx) => metered.storageAfter(tx, { account, ...span }, { after: undefined, limit: LIMIT }),
  'storage of an account, further on': (tx) =>
    metered.storageAfter(
      tx,
      { account, ...span },
      { after: { ...counted, coarse: 0, fine: 1, unit: 'hour' }, limit: LIMIT },
    ),
  'usage of an account': (tx) => metered.usageAfter(tx, { account, ...span }, { after: undefined, limit: LIMIT }),
  'usage of all accounts': (tx) => metered.usageAfter(tx, span, { after: undefined, limit: LIMIT }),
  'storage that is old': (tx) => metered.takeOldStorage(tx, old),
  'usage that is old': (tx) => metered.takeOldUsage(tx, old),
  'adding usage': (tx) => metered.addUsage(tx, [{ ...counted, operation: 'o', node: '', quantity: 1, unit: 'hour' }]),
  'batches to forget': (tx) => metered.removeBatches(tx, 50),
  'tags of an account that costs are told by': (tx) => metered.costTags(tx, '000000000002'),
  'keeping the tags of a repository that goes': (tx) => metered.keepCostTags(tx, 'r77'),
};
