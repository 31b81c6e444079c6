import { sql } from 'kysely';
import type { JobRow } from './job-tables.ts';
import type { Reading, Writing } from './port.ts';

export interface NewJob {
  /** A UUID. */
  readonly id: string;
  readonly kind: string;
  readonly registry: { readonly account: string; readonly region: string };
  readonly payload: unknown;
  /** Jobs with the same key are done one after the other, in the order in which they were added. */
  readonly orderKey?: string | undefined;
  /** While a job of the kind with this key waits, another is not added: the one that waits is done earlier if need be. */
  readonly uniqueKey?: string | undefined;
  readonly dueAt: Date;
  readonly now: Date;
  /** It is dead already, for this reason: somebody must have it tried again. */
  readonly deadOf?: string | undefined;
}

/** Adds a job in the transaction of what it follows from. */
export async function addJob(tx: Writing, job: NewJob): Promise<void> {
  const { id, kind, registry, payload, orderKey, uniqueKey, dueAt, now, deadOf } = job;
  await tx
    .insertInto('jobs')
    .values({
      id,
      kind,
      account: registry.account,
      region: registry.region,
      payload: JSON.stringify(payload),
      order_key: orderKey ?? null,
      unique_key: uniqueKey ?? null,
      asked: 1,
      state: deadOf === undefined ? 'waiting' : 'dead',
      attempts: 0,
      due_at: dueAt.getTime(),
      claim: null,
      claimed_until: 0,
      last_error: deadOf ?? null,
      created_at: now.getTime(),
    })
    .onConflict((c) =>
      c.columns(['kind', 'unique_key']).doUpdateSet((e) => ({
        asked: e('jobs.asked', '+', 1),
        payload: e.ref('excluded.payload'),
        state: 'waiting' as const,
        attempts: 0,
        due_at: sql<number>`case when jobs.due_at < excluded.due_at and jobs.state = 'waiting' then jobs.due_at else excluded.due_at end`,
      })),
    )
    .execute();
}

/** Jobs that are due, that nobody is at, and that none of their order comes before. */
export async function dueJobs(tx: Reading, now: Date, limit: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('jobs')
    .select('id')
    .where('state', '=', 'waiting')
    .where('due_at', '<=', now.getTime())
    .where('claimed_until', '<', now.getTime())
    .where((e) =>
      e.or([
        e('order_key', 'is', null),
        e.not(
          e.exists(
            e
              .selectFrom('jobs as before')
              .select('before.id')
              .whereRef('before.order_key', '=', 'jobs.order_key')
              .where('before.state', '=', 'waiting')
              .whereRef('before.seq', '<', 'jobs.seq'),
          ),
        ),
      ]),
    )
    .orderBy('due_at')
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((it) => it.id);
}

export interface Claim {
  readonly ids: readonly string[];
  readonly claim: string;
  readonly now: Date;
  readonly until: Date;
}

/** Takes those of the jobs that are still waiting for somebody. They are the caller's until then. */
export function claimJobs(tx: Writing, { ids, claim, now, until }: Claim): Promise<JobRow[]> {
  return tx
    .updateTable('jobs')
    .set((e) => ({ claim, claimed_until: until.getTime(), attempts: e('attempts', '+', 1) }))
    .where('id', 'in', ids)
    .where('state', '=', 'waiting')
    .where('due_at', '<=', now.getTime())
    .where('claimed_until', '<', now.getTime())
    .returningAll()
    .execute();
}

/** Goes on holding it. False when somebody else has taken it. */
export async function keepJob(tx: Writing, id: string, claim: string, until: Date): Promise<boolean> {
  const result = await tx
    .updateTable('jobs')
    .set({ claimed_until: until.getTime() })
    .where('id', '=', id)
    .where('claim', '=', claim)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** It is done, unless somebody asked for it once more meanwhile: then it waits again. */
export async function finishJob(
  tx: Writing,
  { id, claim, asked }: Pick<JobRow, 'id' | 'claim' | 'asked'>,
): Promise<void> {
  const mine = { id, claim: claim ?? '' };
  const done = await tx
    .deleteFrom('jobs')
    .where('id', '=', mine.id)
    .where('claim', '=', mine.claim)
    .where('asked', '=', asked)
    .executeTakeFirst();
  if (done.numDeletedRows === 1n) return;
  await tx
    .updateTable('jobs')
    .set({ claim: null, claimed_until: 0, attempts: 0, last_error: null })
    .where('id', '=', mine.id)
    .where('claim', '=', mine.claim)
    .execute();
}

/** It failed: it waits until then, or is dead until somebody has it tried again. */
export async function failJob(
  tx: Writing,
  { id, claim }: Pick<JobRow, 'id' | 'claim'>,
  { error, retryAt }: { readonly error: string; readonly retryAt: Date | undefined },
): Promise<void> {
  await tx
    .updateTable('jobs')
    .set({
      claim: null,
      claimed_until: 0,
      last_error: error,
      ...(retryAt ? { due_at: retryAt.getTime() } : { state: 'dead' as const }),
    })
    .where('id', '=', id)
    .where('claim', '=', claim ?? '')
    .execute();
}

export interface JobPage {
  readonly state?: JobRow['state'] | undefined;
  readonly kind?: string | undefined;
  readonly limit: number;
}

/** Jobs, oldest first. */
export function listJobs(tx: Reading, { state, kind, limit }: JobPage): Promise<JobRow[]> {
  let query = tx.selectFrom('jobs').selectAll();
  if (state !== undefined) query = query.where('state', '=', state);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  return query.orderBy('created_at').orderBy('seq').limit(limit).execute();
}

/** Has dead jobs tried again; answers how many. */
export async function retryDeadJobs(tx: Writing, ids: readonly string[] | 'all', now: Date): Promise<number> {
  let query = tx
    .updateTable('jobs')
    .set({ state: 'waiting', attempts: 0, due_at: now.getTime() })
    .where('state', '=', 'dead');
  if (ids !== 'all') query = query.where('id', 'in', ids);
  const result = await query.executeTakeFirst();
  return Number(result.numUpdatedRows);
}
