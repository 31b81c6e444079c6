import type { PolicyRow } from '../../storage/metadata/identity-tables.ts';
import { findManagedPolicy } from '../../storage/metadata/managed-policies.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { parseIdentityArn } from '../../values/identity-arn.ts';
import type { World } from '../../world.ts';
import { awsManagedPolicy } from '../aws-managed-policies.ts';
import { iamPartition } from './iam.ts';
import { AwsPolicyUnmodifiable, InvalidInput, PolicyNotFound } from './refusals.ts';

/** The account's own policy with this ARN; undefined when it is another's, or not there. */
export async function findOwnPolicy(
  world: Pick<World, 'rules'>,
  tx: Reading,
  account: string,
  policyArn: string,
): Promise<PolicyRow | undefined> {
  const parts = parsePolicyArn(world, policyArn);
  return parts.account === account ? findManagedPolicy(tx, parts) : undefined;
}

/** The same to change it. @throws PolicyNotFound, AwsPolicyUnmodifiable, InvalidInput */
export async function getOwnPolicy(
  world: Pick<World, 'rules'>,
  tx: Reading,
  account: string,
  policyArn: string,
): Promise<PolicyRow> {
  const row = await findOwnPolicy(world, tx, account, policyArn);
  if (row) return row;
  throw awsManagedPolicy(policyArn) ? AwsPolicyUnmodifiable({ policyArn }) : PolicyNotFound({ policyArn });
}

/** The account and name in a policy's ARN. @throws InvalidInput for what is not such an ARN */
export function parsePolicyArn(
  world: Pick<World, 'rules'>,
  policyArn: string,
): { readonly account: string; readonly path: string; readonly name: string } {
  const parts = parseIdentityArn(policyArn);
  if (parts?.type !== 'policy' || parts.partition !== iamPartition(world)) {
    throw InvalidInput({ what: `ARN ${policyArn} is not valid.` });
  }
  return parts;
}

/** What is attached or bounds: its id when it is the account's own, null when it is AWS's; undefined when it is neither. */
export async function attachableId(
  world: Pick<World, 'rules'>,
  tx: Reading,
  account: string,
  policyArn: string,
): Promise<string | null | undefined> {
  const own = await findOwnPolicy(world, tx, account, policyArn);
  if (own) return own.policy_id;
  return awsManagedPolicy(policyArn) ? null : undefined;
}
