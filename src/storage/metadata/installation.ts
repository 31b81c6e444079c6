import type { Reading, Writing } from './port.ts';

/**
 * What the installation knows of itself. `id`: its own, drawn at the first start. `root-key-check`: shows that a root
 * key is the one that the secrets here were sealed with. `system-key`: what they are sealed with, wrapped by the root key.
 * `read-only`: takes no changes now; the value says why.
 */
export type InstallationFact =
  | 'id'
  | 'root-key-check'
  | 'system-key'
  | 'read-only'
  | 'acme-account'
  | 'acme-certificate'
  | 'acme-challenges';

export async function findFact(tx: Reading, name: InstallationFact): Promise<string | undefined> {
  const row = await tx.selectFrom('installation').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value;
}

/** Says it if it has not been said before; answers what holds. */
export async function settleFact(tx: Writing, name: InstallationFact, value: string): Promise<string> {
  await tx
    .insertInto('installation')
    .values({ name, value })
    .onConflict((c) => c.column('name').doNothing())
    .execute();
  return (await findFact(tx, name)) ?? value;
}

export async function putFact(tx: Writing, name: InstallationFact, value: string): Promise<void> {
  await tx
    .insertInto('installation')
    .values({ name, value })
    .onConflict((c) => c.column('name').doUpdateSet({ value }))
    .execute();
}

export async function forgetFact(tx: Writing, name: InstallationFact): Promise<void> {
  await tx.deleteFrom('installation').where('name', '=', name).execute();
}
