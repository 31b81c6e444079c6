import type { Writing } from './port.ts';

export interface LeaseHold {
  readonly name: string;
  readonly holder: string;
  readonly until: Date;
}

/** Takes the lease if nobody holds it at `now`, and answers its fence; undefined while somebody does. */
export async function takeLease(tx: Writing, hold: LeaseHold & { readonly now: Date }): Promise<number | undefined> {
  const { name, holder, until, now } = hold;
  const row = await tx
    .insertInto('leases')
    .values({ name, holder, fence: 1, held_until: until.getTime() })
    .onConflict((c) =>
      c
        .column('name')
        .doUpdateSet((e) => ({ holder, fence: e('leases.fence', '+', 1), held_until: until.getTime() }))
        .where('leases.held_until', '<', now.getTime()),
    )
    .returning('fence')
    .executeTakeFirst();
  return row?.fence;
}

/** Holds the lease until `until`. False when somebody else has taken it over: his fence is another. */
export async function renewLease(tx: Writing, name: string, fence: number, until: Date): Promise<boolean> {
  const result = await tx
    .updateTable('leases')
    .set({ held_until: until.getTime() })
    .where('name', '=', name)
    .where('fence', '=', fence)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Lets somebody else have it at once. */
export async function endLease(tx: Writing, name: string, fence: number): Promise<void> {
  await tx.updateTable('leases').set({ held_until: 0 }).where('name', '=', name).where('fence', '=', fence).execute();
}
