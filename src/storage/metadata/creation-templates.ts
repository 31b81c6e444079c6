import type { RegistryId } from '../../values/registry-id.ts';
import type { CreationTemplateRow } from './configuration-tables.ts';
import type { Reading, Writing } from './port.ts';

/** The templates with these prefixes, in byte order. */
export function templatesNamed(
  tx: Reading,
  { account, region }: RegistryId,
  prefixes: readonly string[],
): Promise<CreationTemplateRow[]> {
  return tx
    .selectFrom('repository_creation_templates')
    .selectAll()
    .where('account', '=', account)
    .where('region', '=', region)
    .where('prefix', 'in', prefixes)
    .orderBy('prefix')
    .execute();
}

/** Up to `limit` templates whose prefixes come after `after`, in byte order. */
export function templatesAfter(
  tx: Reading,
  { account, region }: RegistryId,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<CreationTemplateRow[]> {
  return tx
    .selectFrom('repository_creation_templates')
    .selectAll()
    .where('account', '=', account)
    .where('region', '=', region)
    .where('prefix', '>', page.after ?? '')
    .orderBy('prefix')
    .limit(page.limit)
    .execute();
}

export async function countTemplates(tx: Reading, { account, region }: RegistryId): Promise<number> {
  const { count } = await tx
    .selectFrom('repository_creation_templates')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .where('region', '=', region)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Adds the template; false when the registry has one with this prefix. */
export async function addTemplate(tx: Writing, row: CreationTemplateRow): Promise<boolean> {
  const result = await tx
    .insertInto('repository_creation_templates')
    .values(row)
    .onConflict((c) => c.columns(['account', 'region', 'prefix']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Makes the template with this prefix what the row says. */
export async function changeTemplate(tx: Writing, row: CreationTemplateRow): Promise<void> {
  const { account, region, prefix, ...changed } = row;
  await tx
    .updateTable('repository_creation_templates')
    .set(changed)
    .where('account', '=', account)
    .where('region', '=', region)
    .where('prefix', '=', prefix)
    .execute();
}

export async function removeTemplate(tx: Writing, { account, region }: RegistryId, prefix: string): Promise<void> {
  await tx
    .deleteFrom('repository_creation_templates')
    .where('account', '=', account)
    .where('region', '=', region)
    .where('prefix', '=', prefix)
    .execute();
}
