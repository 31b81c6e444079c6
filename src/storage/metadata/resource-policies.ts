import { sql } from 'kysely';
import { fixedQuery } from './fixed-query.ts';
import type { ResourcePolicyRow } from './identity-tables.ts';
import type { Reading, Writing } from './port.ts';

/** What a request about a repository needs to know of it: in one query, since every request asks. */
export interface RepositoryAccessRow {
  repository_id: string | null;
  repository_version: string | null;
  registry_version: string | null;
  /** The account setting REGISTRY_POLICY_SCOPE; null where it was not set. */
  registry_scope: string | null;
}

const NOTHING = { repository_id: null, repository_version: null, registry_version: null, registry_scope: null };

const accessRows = fixedQuery<
  RepositoryAccessRow,
  [account: string, region: string, name: string, registryResourceId: string]
>(
  (account, region, name, registryResourceId) => sql`
    select r.id as repository_id, p.version as repository_version, g.version as registry_version,
      s.value as registry_scope
    from (select 1 as one) as o
    left join accounts c on c.account = ${account} and c.closed_at is not null
    left join repositories r on r.account = ${account} and r.region = ${region} and r.name = ${name}
    left join resource_policies p on p.kind = 'repository' and p.resource_id = r.id and c.account is null
    left join resource_policies g on g.kind = 'registry' and g.resource_id = ${registryResourceId}
      and c.account is null
    left join account_settings s on g.version is not null
      and s.account = ${account} and s.region = ${region} and s.name = 'REGISTRY_POLICY_SCOPE'`,
);

/** The versions of the policies that are on a repository and on its registry; null where there is none. */
export async function repositoryAccess(
  tx: Reading,
  { account, region, name }: { readonly account: string; readonly region: string; readonly name: string },
): Promise<RepositoryAccessRow> {
  return (await accessRows(tx, account, region, name, `${account}/${region}`))[0] ?? NOTHING;
}

export function findResourcePolicy(
  tx: Reading,
  kind: ResourcePolicyRow['kind'],
  resourceId: string,
): Promise<ResourcePolicyRow | undefined> {
  return tx
    .selectFrom('resource_policies')
    .selectAll()
    .where('kind', '=', kind)
    .where('resource_id', '=', resourceId)
    .executeTakeFirst();
}

/** Puts the policy on its resource, instead of the one that it had. */
export async function putResourcePolicy(tx: Writing, row: ResourcePolicyRow): Promise<void> {
  const { kind: _, resource_id: __, ...changed } = row;
  await tx
    .insertInto('resource_policies')
    .values(row)
    .onConflict((c) => c.columns(['kind', 'resource_id']).doUpdateSet(changed))
    .execute();
}

export async function removeResourcePolicy(
  tx: Writing,
  kind: ResourcePolicyRow['kind'],
  resourceId: string,
): Promise<void> {
  await tx.deleteFrom('resource_policies').where('kind', '=', kind).where('resource_id', '=', resourceId).execute();
}
