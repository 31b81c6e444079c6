import type { LifecyclePolicyRow } from './lifecycle-tables.ts';
import type { Reading, Writing } from './port.ts';
import { runUnawaited } from './unawaited.ts';

export function findLifecyclePolicy(tx: Reading, repositoryId: string): Promise<LifecyclePolicyRow | undefined> {
  return tx.selectFrom('lifecycle_policies').selectAll().where('repository_id', '=', repositoryId).executeTakeFirst();
}

/** Puts the policy on its repository, instead of the one that it had. */
export async function putLifecyclePolicy(tx: Writing, row: LifecyclePolicyRow): Promise<void> {
  const { repository_id: _, ...changed } = row;
  await tx
    .insertInto('lifecycle_policies')
    .values(row)
    .onConflict((c) => c.column('repository_id').doUpdateSet(changed))
    .execute();
}

/** Takes the policy off the repository and says what it was. */
export function removeLifecyclePolicy(tx: Writing, repositoryId: string): Promise<LifecyclePolicyRow | undefined> {
  return tx
    .deleteFrom('lifecycle_policies')
    .where('repository_id', '=', repositoryId)
    .returningAll()
    .executeTakeFirst();
}

interface Which {
  readonly repositoryId: string;
  readonly policyId: string;
}

/**
 * Writes the policy, which this transaction has read, as it is: who replaces or removes it in the meantime has it after
 * this transaction, or this one runs again.
 */
export async function holdLifecyclePolicy(tx: Writing, { repositoryId, policyId }: Which): Promise<void> {
  await runUnawaited(
    tx,
    tx
      .updateTable('lifecycle_policies')
      .set({ id: policyId })
      .where('repository_id', '=', repositoryId)
      .where('id', '=', policyId),
  );
}

/** Notes when the policy was run, if the repository still has this one. */
export async function noteEvaluation(tx: Writing, { repositoryId, policyId }: Which, now: Date): Promise<void> {
  await tx
    .updateTable('lifecycle_policies')
    .set({ last_evaluated_at: now.getTime() })
    .where('repository_id', '=', repositoryId)
    .where('id', '=', policyId)
    .execute();
}

export interface DuePolicy {
  readonly repository_id: string;
  readonly account: string;
  readonly region: string;
}

/** Repositories whose policy is to be run, the longest overdue first. */
export function dueLifecyclePolicies(tx: Reading, now: Date, limit: number): Promise<DuePolicy[]> {
  return tx
    .selectFrom('lifecycle_policies')
    .innerJoin('repositories', 'repositories.id', 'lifecycle_policies.repository_id')
    .select(['lifecycle_policies.repository_id', 'repositories.account', 'repositories.region'])
    .where('lifecycle_policies.due_at', '<=', now.getTime())
    .orderBy('lifecycle_policies.due_at')
    .limit(limit)
    .execute();
}

/** Says when the policy is to be run next. */
export async function planLifecyclePolicy(tx: Writing, repositoryId: string, dueAt: Date): Promise<void> {
  await tx
    .updateTable('lifecycle_policies')
    .set({ due_at: dueAt.getTime() })
    .where('repository_id', '=', repositoryId)
    .execute();
}
