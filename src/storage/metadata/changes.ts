import { type Insertable, sql } from 'kysely';
import type { Change, WhatChanged } from '../../values/change.ts';
import { chunks } from './chunks.ts';
import { insertionOf } from './compiled-once.ts';
import type { ChangeRow } from './job-tables.ts';
import type { Reading, Writing } from './port.ts';
import type { Tables } from './tables.ts';
import { runUnawaited } from './unawaited.ts';

/** Appends what happened to the outbox, in the transaction in which it happens. */
export function appendChange(tx: Writing, change: Change): Promise<void> {
  return appendChanges(tx, [change]);
}

/** Appends several in their order. */
export async function appendChanges(tx: Writing, changes: readonly Change[]): Promise<void> {
  for (const some of chunks(changes, 50)) await runUnawaited(tx, insertionOf(tx, 'changes', some.map(rowOf)));
}

function rowOf({ id, at, registry, repository, by, what }: Change): Insertable<Tables['changes']> {
  const { kind, ...detail } = what;
  return {
    id,
    at: at.getTime(),
    account: registry.account,
    region: registry.region,
    repository_id: repository.id,
    repository_name: repository.name,
    principal_arn: by ?? null,
    kind,
    detail: JSON.stringify(detail),
    attempts: 0,
  };
}

/** Whether there is anything to do: one look, for who has found nothing most of the time. */
export async function hasChanges(tx: Reading): Promise<boolean> {
  const { rows } = await sql`select 1 from changes limit 1`.execute(tx);
  return rows.length > 0;
}

/** A change that waits in the outbox. */
export interface WaitingChange {
  readonly seq: number;
  readonly change: Change;
  /** How often what follows from it could not be done. */
  readonly attempts: number;
}

/** The oldest changes, in their order. */
export async function oldestChanges(tx: Reading, limit: number): Promise<WaitingChange[]> {
  const rows = await tx.selectFrom('changes').selectAll().orderBy('seq').limit(limit).execute();
  return rows.map((row) => ({ seq: Number(row.seq), change: changeOf(row), attempts: row.attempts }));
}

/** How many changes nobody has taken into account, and when the oldest of them was made. */
export async function waitingChanges(tx: Reading): Promise<{ count: number; oldestAt: Date | undefined }> {
  const row = await tx
    .selectFrom('changes')
    .select((e) => [e.fn.countAll<number>().as('count'), e.fn.min('at').as('oldest')])
    .executeTakeFirstOrThrow();
  return { count: Number(row.count), oldestAt: row.oldest === null ? undefined : new Date(Number(row.oldest)) };
}

/** All changes of the repositories that are still in the outbox, in their order. */
export async function changesOf(tx: Reading, repositoryIds: readonly string[]): Promise<Change[]> {
  if (repositoryIds.length === 0) return [];
  const rows = await tx
    .selectFrom('changes')
    .selectAll()
    .where('repository_id', 'in', repositoryIds)
    .orderBy('seq')
    .execute();
  return rows.map(changeOf);
}

/** Removes what this transaction can see of changes up to this one. */
export async function removeChanges(tx: Writing, upTo: number): Promise<void> {
  await runUnawaited(tx, tx.deleteFrom('changes').where('seq', '<=', upTo));
}

/** Notes that what follows from the change could not be done. */
export async function noteFailedChange(tx: Writing, seq: number): Promise<void> {
  await tx
    .updateTable('changes')
    .set((e) => ({ attempts: e('attempts', '+', 1) }))
    .where('seq', '=', seq)
    .execute();
}

function changeOf(row: ChangeRow): Change {
  return {
    id: row.id,
    at: new Date(Number(row.at)),
    registry: { account: row.account, region: row.region },
    repository: { id: row.repository_id, name: row.repository_name },
    by: row.principal_arn ?? undefined,
    // Written by `appendChange` alone.
    what: { kind: row.kind, ...JSON.parse(row.detail) } as WhatChanged,
  };
}
