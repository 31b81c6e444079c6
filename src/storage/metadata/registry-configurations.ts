import type { RegistryId } from '../../values/registry-id.ts';
import type { RegistryConfigurationRow } from './configuration-tables.ts';
import type { Reading, Writing } from './port.ts';

/** The document that was put; undefined where the default holds. */
export async function findRegistryConfiguration(
  tx: Reading,
  { account, region }: RegistryId,
  kind: RegistryConfigurationRow['kind'],
): Promise<string | undefined> {
  const row = await tx
    .selectFrom('registry_configurations')
    .select('document')
    .where('account', '=', account)
    .where('region', '=', region)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return row?.document;
}

/** Puts the document instead of the one before. */
export async function putRegistryConfiguration(tx: Writing, row: RegistryConfigurationRow): Promise<void> {
  const { document, updated_at } = row;
  await tx
    .insertInto('registry_configurations')
    .values(row)
    .onConflict((c) => c.columns(['account', 'region', 'kind']).doUpdateSet({ document, updated_at }))
    .execute();
}

/** Goes back to the default. */
export async function removeRegistryConfiguration(
  tx: Writing,
  { account, region }: RegistryId,
  kind: RegistryConfigurationRow['kind'],
): Promise<void> {
  await tx
    .deleteFrom('registry_configurations')
    .where('account', '=', account)
    .where('region', '=', region)
    .where('kind', '=', kind)
    .execute();
}
