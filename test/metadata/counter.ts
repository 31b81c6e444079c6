// A change that shows when it was done twice, or not at all.
import { takeLease } from '../../src/storage/metadata/leases.ts';
import type { Metadata } from '../../src/storage/metadata/port.ts';

const NAME = 'counter';

export async function makeCounter(metadata: Metadata): Promise<void> {
  const now = new Date(0);
  await metadata.write((tx) => takeLease(tx, { name: NAME, holder: 'all', now, until: now }));
}

/** Counts one up from 1 and answers what it is then. */
export async function countUp(metadata: Metadata): Promise<number> {
  const row = await metadata.write((tx) =>
    tx
      .updateTable('leases')
      .set((e) => ({ fence: e('fence', '+', 1) }))
      .where('name', '=', NAME)
      .returning('fence')
      .executeTakeFirstOrThrow(),
  );
  return row.fence;
}

export async function countOf(metadata: Metadata): Promise<number> {
  const row = await metadata.read((tx) =>
    tx.selectFrom('leases').select('fence').where('name', '=', NAME).executeTakeFirstOrThrow(),
  );
  return row.fence;
}
