import { allAccounts } from '../storage/metadata/accounts.ts';
import { costTags } from '../storage/metadata/metered.ts';
import { repositoryArn } from '../values/arn.ts';
import { type Billing, billOf } from './bill.ts';
import type { Charge } from './charges.ts';
import { SERVICE_CODE, SERVICE_NAME, usageTypeOf } from './cost-names.ts';
import type { CostItem } from './match.ts';
import type { UsageQuery } from './read-usage.ts';

/** A charge, and what it is looked up by. */
export interface CostLine extends CostItem, Charge {}

/** What there is to look charges up by: Cost Explorer's dimensions, as far as there is something to tell apart. */
export const DIMENSIONS: readonly string[] = [
  'LINKED_ACCOUNT',
  'LINKED_ACCOUNT_NAME',
  'PAYER_ACCOUNT',
  'SERVICE',
  'SERVICE_CODE',
  'USAGE_TYPE',
  'OPERATION',
  'REGION',
  'RECORD_TYPE',
  'RESOURCE_ID',
];

/** The charges of the query, with dimensions and tags. A repository that is gone has the tags that it had. */
export async function costLines(world: Billing, query: UsageQuery): Promise<CostLine[]> {
  const names = await accountNames(world);
  const tags = await tagsByRepository(world, query.account);
  return (await billOf(world, query)).map((charge) => withDimensions(charge, { names, tags }));
}

export interface Naming {
  readonly names: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export function withDimensions(charge: Charge, { names, tags }: Naming): CostLine {
  const { account, region, repositoryName, kind, operation } = charge;
  return {
    ...charge,
    dimensions: {
      LINKED_ACCOUNT: account,
      LINKED_ACCOUNT_NAME: names.get(account) ?? account,
      PAYER_ACCOUNT: account,
      SERVICE: SERVICE_NAME,
      SERVICE_CODE,
      USAGE_TYPE: usageTypeOf(kind, region),
      OPERATION: operation === '' ? 'NoOperation' : operation,
      REGION: region,
      RECORD_TYPE: 'Usage',
      RESOURCE_ID: repositoryName === '' ? 'NoResourceId' : repositoryArn({ account, region }, repositoryName),
    },
    tags: tags.get(keyOf(charge)) ?? NO_TAGS,
  };
}

const NO_TAGS: ReadonlyMap<string, string> = new Map();

export async function accountNames({ metadata }: Pick<Billing, 'metadata'>): Promise<Map<string, string>> {
  const rows = await metadata.read(allAccounts);
  return new Map(rows.map((it) => [it.account, it.name ?? it.account]));
}

export async function tagsByRepository(
  { metadata }: Pick<Billing, 'metadata'>,
  account: string | undefined,
): Promise<Naming['tags']> {
  const tags = new Map<string, Map<string, string>>();
  for (const { account: owner, region, repository_name: repositoryName, key, value } of await metadata.read((tx) =>
    costTags(tx, account),
  )) {
    const its = keyOf({ account: owner, region, repositoryName });
    tags.getOrInsertComputed(its, () => new Map<string, string>()).set(key, value);
  }
  return tags;
}

function keyOf({ account, region, repositoryName }: Pick<Charge, 'account' | 'region' | 'repositoryName'>): string {
  return `${account} ${region} ${repositoryName}`;
}
