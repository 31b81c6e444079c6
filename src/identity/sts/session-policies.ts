import { parsePolicy } from '../../policy/parse.ts';
import { managedPolicyDocument } from '../../storage/metadata/principal-policies.ts';
import { parseIdentityArn } from '../../values/identity-arn.ts';
import type { World } from '../../world.ts';
import { awsManagedPolicy } from '../aws-managed-policies.ts';
import { StsValidationError } from './refusals.ts';

/** Policies that are passed to bound a session: a document, and ARNs of managed policies. */
export interface PassedPolicies {
  readonly policy: string | undefined;
  readonly policyArns: readonly string[];
}

/** API_AssumeRole. */
const DOCUMENT_AT_MOST = 2_048;
const ARNS_AT_MOST = 10;

/**
 * Looks at what is passed to a session of `account`: managed policies must be of that account, or of AWS.
 *
 * @throws PolicyMalformed, StsValidationError
 */
export async function checkPassedPolicies(
  world: Pick<World, 'metadata'>,
  account: string,
  { policy, policyArns }: PassedPolicies,
): Promise<void> {
  if (policy !== undefined) {
    if (policy.length > DOCUMENT_AT_MOST) throw tooMany('policy', DOCUMENT_AT_MOST);
    parsePolicy(policy, 'identity');
  }
  if (policyArns.length > ARNS_AT_MOST) throw tooMany('policyArns', ARNS_AT_MOST);
  for (const arn of policyArns) {
    if (!(await isThere(world, account, arn))) {
      throw StsValidationError({ reason: `Policy ${arn} does not exist or is not attachable.` });
    }
  }
}

function tooMany(member: string, most: number) {
  const reason = `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${most}`;
  return StsValidationError({ reason });
}

async function isThere({ metadata }: Pick<World, 'metadata'>, account: string, arn: string): Promise<boolean> {
  if (awsManagedPolicy(arn) !== undefined) return true;
  const parts = parseIdentityArn(arn);
  if (parts?.type !== 'policy' || parts.account !== account) return false;
  return (await metadata.read((tx) => managedPolicyDocument(tx, parts))) !== undefined;
}
