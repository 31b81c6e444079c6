import { findFact } from './installation.ts';
import { type Reading, ReadOnly } from './port.ts';

/** @throws ReadOnly while the installation takes no changes */
export async function refuseIfReadOnly(tx: Reading): Promise<void> {
  const why = await findFact(tx, 'read-only');
  if (why !== undefined) throw new ReadOnly(why);
}
