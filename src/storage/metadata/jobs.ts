import { type RawBuilder, sql } from 'kysely';
import { chunks } from './chunks.ts';
import type { JobRow } from './job-tables.ts';
import type { Reading, Writing } from './port.ts';

export interface NewJob {
  /** A UUID. */
  readonly id: string;
  readonly kind: string;
  readonly registry: { readonly account: string; readonly region: string };
  readonly payload: unknown;
  /**
   * Jobs with the same key are done one after the other, in the order in which they were added: by transactions one after
   * the other, as those of a `ChangeConsumer` are.
   */
  readonly orderKey?: string | undefined;
  /**
   * There is one job of the kind with this key. Whoever asks for it again gives it his payload; one that waits is done
   * earlier if need be, one that runs is done once more, one that is dead is tried again.
   */
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
      again_at: null,
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
        payload: e.ref('excluded.payload'),
        state: 'waiting' as const,
        attempts: sql<number>`case when jobs.claim is null then 0 else jobs.attempts end`,
        due_at: sql<number>`case when jobs.claim is not null or (jobs.state = 'waiting' and jobs.due_at < excluded.due_at)
          then jobs.due_at else excluded.due_at end`,
        again_at: sql<number | null>`case when jobs.claim is null then null
          when jobs.again_at < excluded.due_at then jobs.again_at else excluded.due_at end`,
      })),
    )
    .execute();
}

/** How many jobs of a kind there is room for. */
export interface Room {
  readonly kind: string;
  readonly places: number;
}

/**
 * Jobs that are due, that nobody is at, and that none of their order comes before: of each kind as many as there is room
 * for, those that have waited longest. However many wait behind the first of an order, none of them is looked at.
 */
export async function dueJobs(tx: Reading, now: Date, rooms: readonly Room[]): Promise<string[]> {
  if (rooms.length === 0) return [];
  // One statement: nothing is due most of the time, and each asks two looks into an index.
  const all = sql.join(
    rooms.map((room) => dueOf(room, now)),
    sql` union all `,
  );
  const { rows } = await sql<{ id: string }>`${all}`.execute(tx);
  return rows.map((it) => it.id);
}

function dueOf({ kind, places }: Room, now: Date): RawBuilder<unknown> {
  const isDue = sql`due_at <= ${now.getTime()} and claimed_until < ${now.getTime()}`;
  const inNoOrder = sql`select id, due_at, seq from jobs
    where kind = ${kind} and state = 'waiting' and order_key is null and ${isDue}
    order by due_at, seq limit ${places}`;
  return sql`select id from (
    select * from (${inNoOrder}) as free
    union all
    select id, due_at, seq from (${firstOfEachOrder(kind)}) as jobs where ${isDue} and ${isFirst(now)}
    order by due_at, seq limit ${places}
  ) as due`;
}

/** From order to order: behind the first job of one the next look begins at the next. */
function firstOfEachOrder(kind: string): RawBuilder<unknown> {
  const ofKind = sql`select id from jobs where kind = ${kind} and state = 'waiting' and order_key`;
  const columns = sql`jobs.id, jobs.order_key, jobs.seq, jobs.due_at, jobs.claimed_until`;
  return sql`with recursive firsts(id, order_key, seq, due_at, claimed_until) as (
      select ${columns} from jobs where id = (${ofKind} is not null order by order_key, seq limit 1)
      union all
      select ${columns} from firsts
      join jobs on jobs.id = (${ofKind} > firsts.order_key order by order_key, seq limit 1)
    )
    select * from firsts`;
}

/** Nothing of its order, of whatever kind, comes before a row of `jobs`, and nobody is at any of it. */
function isFirst(now: Date): RawBuilder<boolean> {
  const other = sql`select 1 from jobs as other where other.order_key = jobs.order_key and other.state = 'waiting'`;
  return sql<boolean>`(${other} and other.seq < jobs.seq limit 1) is null
    and (${other} and other.claim is not null and other.claimed_until >= ${now.getTime()} limit 1) is null`;
}

/** Whether anybody is at a job. */
export async function hasRunningJobs(tx: Reading, now: Date): Promise<boolean> {
  const row = await tx.selectFrom('jobs').select('id').where('claimed_until', '>=', now.getTime()).executeTakeFirst();
  return row !== undefined;
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
    .where(sql<boolean>`(order_key is null or (${isFirst(now)}))`)
    .returningAll()
    .execute();
}

/** A job that was claimed, by who claimed it. */
type Claimed = Pick<JobRow, 'id' | 'claim'>;

/** Goes on holding it. False when somebody else has taken it. */
export async function keepJob(tx: Writing, { id, claim }: Claimed, until: Date): Promise<boolean> {
  const result = await tx
    .updateTable('jobs')
    .set({ claimed_until: until.getTime() })
    .where('id', '=', id)
    .where('claim', '=', claim)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/**
 * It is done, unless somebody asked for it once more meanwhile: then it waits again. False when somebody else has taken
 * it.
 */
export async function finishJob(tx: Writing, { id, claim }: Claimed): Promise<boolean> {
  const done = await tx
    .deleteFrom('jobs')
    .where('id', '=', id)
    .where('claim', '=', claim)
    .where('again_at', 'is', null)
    .executeTakeFirst();
  if (done.numDeletedRows === 1n) return true;
  const again = await tx
    .updateTable('jobs')
    .set((e) => ({
      claim: null,
      claimed_until: 0,
      attempts: 0,
      last_error: null,
      due_at: sql<number>`${e.ref('again_at')}`,
      again_at: null,
    }))
    .where('id', '=', id)
    .where('claim', '=', claim)
    .executeTakeFirst();
  return again.numUpdatedRows === 1n;
}

/**
 * It failed: it waits until then, and those behind it too. The last time it is dead until somebody has it tried again,
 * or asked for it once more while it ran.
 */
export async function failJob(
  tx: Writing,
  { id, claim }: Claimed,
  { error, retryAt, isLast }: { readonly error: string; readonly retryAt: Date; readonly isLast: boolean },
): Promise<void> {
  const row = await tx
    .selectFrom('jobs')
    .select('again_at')
    .where('id', '=', id)
    .where('claim', '=', claim)
    .executeTakeFirst();
  if (!row) return;
  const isDead = isLast && row.again_at === null;
  await tx
    .updateTable('jobs')
    .set({
      claim: null,
      claimed_until: 0,
      last_error: error,
      ...(isDead && { state: 'dead' as const }),
      ...(!isDead && { due_at: Math.max(retryAt.getTime(), isLast ? Number(row.again_at) : 0) }),
      ...(isLast && { again_at: null }),
      ...(isLast && !isDead && { attempts: 0 }),
    })
    .where('id', '=', id)
    .where('claim', '=', claim)
    .execute();
}

/** Gives it back as if it had not been tried: somebody else may do it at once, or `after` that time. */
export async function releaseJob(tx: Writing, { id, claim }: Claimed, after?: Date): Promise<void> {
  await tx
    .updateTable('jobs')
    .set((e) => ({
      claim: null,
      claimed_until: 0,
      attempts: e('attempts', '-', 1),
      ...(after && { due_at: after.getTime() }),
    }))
    .where('id', '=', id)
    .where('claim', '=', claim)
    .execute();
}

export interface JobPage {
  readonly state?: JobRow['state'] | 'running' | undefined;
  readonly kind?: string | undefined;
  readonly limit: number;
  /** Where it is said, those that somebody is at do not count as waiting. */
  readonly now?: Date | undefined;
}

/** Jobs, oldest first. */
export function listJobs(tx: Reading, { state, kind, limit, now }: JobPage): Promise<JobRow[]> {
  let query = tx.selectFrom('jobs').selectAll();
  if (now && state === 'running') query = query.where('claimed_until', '>=', now.getTime());
  if (now && state === 'waiting') query = query.where('claimed_until', '<', now.getTime());
  if (state !== undefined) query = query.where('state', '=', state === 'running' ? 'waiting' : state);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  return query.orderBy('created_at').orderBy('seq').limit(limit).execute();
}

export function findJob(tx: Reading, id: string): Promise<JobRow | undefined> {
  return tx.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
}

export interface JobCount {
  readonly kind: string;
  readonly state: JobRow['state'];
  readonly count: number;
  /** Of those that are claimed. */
  readonly running: number;
  /** When the one that has been due for longest was so first. */
  readonly dueAt: Date;
}

/** How many jobs there are, by kind and state. */
export async function countJobs(tx: Reading): Promise<JobCount[]> {
  const rows = await tx
    .selectFrom('jobs')
    .select(['kind', 'state'])
    .select((e) => [e.fn.countAll<number>().as('count'), e.fn.count<number>('claim').as('running')])
    .select((e) => e.fn.min('due_at').as('due_at'))
    .groupBy(['kind', 'state'])
    .execute();
  return rows.map((it) => ({
    kind: it.kind,
    state: it.state,
    count: Number(it.count),
    running: Number(it.running),
    dueAt: new Date(Number(it.due_at)),
  }));
}

/** Has jobs that are dead, or wait until later, tried at once; answers the ids of those that are. */
export async function retryJobs(tx: Writing, ids: readonly string[] | 'dead', now: Date): Promise<string[]> {
  const update = tx
    .updateTable('jobs')
    .set({ state: 'waiting', attempts: 0, due_at: now.getTime() })
    .where('claimed_until', '<', now.getTime())
    .returning('id');
  if (ids === 'dead') return (await update.where('state', '=', 'dead').execute()).map((it) => it.id);
  const done: string[] = [];
  for (const some of chunks(ids)) done.push(...(await update.where('id', 'in', some).execute()).map((it) => it.id));
  return done;
}

/** Removes the job for good. False when there is none, or somebody is at it. */
export async function dropJob(tx: Writing, id: string, now: Date): Promise<boolean> {
  const result = await tx
    .deleteFrom('jobs')
    .where('id', '=', id)
    .where('claimed_until', '<', now.getTime())
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}
