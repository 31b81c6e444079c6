import { partitionOf } from '../../values/arn.ts';
import { type IdentityType, identityArn, type NamedIdentity } from '../../values/identity-arn.ts';
import type { World } from '../../world.ts';

/** What IAM works with. */
export type Iam = Pick<World, 'metadata' | 'clock' | 'ids' | 'rules'>;

/** IAM has no regions: its ARNs have the partition of the first one. */
export function iamPartition({ rules }: Pick<World, 'rules'>): string {
  return partitionOf(rules.regions[0]);
}

/** The ARN of a row with a path and a name. */
export function iamArn(world: Pick<World, 'rules'>, type: IdentityType, named: NamedIdentity): string {
  return identityArn(iamPartition(world), type, named);
}

/** A part of a list by name; `after` is a name in lower case. */
export interface NamedPage {
  readonly pathPrefix?: string | undefined;
  readonly after: string | undefined;
  readonly limit: number;
}

/** Cuts the one row away that was read only to see whether there are more. */
export function cutRows<T>(rows: readonly T[], limit: number): { rows: readonly T[]; last: T | undefined } {
  const page = rows.slice(0, limit);
  return { rows: page, last: rows.length > limit ? page.at(-1) : undefined };
}
