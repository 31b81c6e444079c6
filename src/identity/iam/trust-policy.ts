import { PolicyMalformed } from '../../policy/malformed.ts';
import { namedPrincipals, parsePolicy } from '../../policy/parse.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { resolvePrincipals } from '../name-principals.ts';
import type { Iam } from './iam.ts';
import { checkTrustPolicySize } from './policy-size.ts';
import { checkSharedIssuers } from './shared-issuers.ts';

/** A trust policy that has been found good, before it is known whom it names. */
export interface ParsedTrust {
  readonly document: string;
  readonly principals: readonly string[];
}

/** @throws PolicyMalformed, QuotaExceeded */
export function parseTrustPolicy(document: string): ParsedTrust {
  const parsed = parsePolicy(document, 'trust');
  checkTrustPolicySize(document);
  checkSharedIssuers(parsed);
  return { document, principals: namedPrincipals(parsed) };
}

/**
 * The columns of a role that its trust policy fills: the text, and the unique ids of those whom it names, so that a
 * namesake made later is not trusted.
 *
 * @throws PolicyMalformed for a principal that is nobody
 */
export async function trustColumns(
  iam: Pick<Iam, 'rules'>,
  tx: Reading,
  { document, principals }: ParsedTrust,
): Promise<{ trust_policy: string; trust_principals: string }> {
  const { ids, unknown } = await resolvePrincipals(tx, principals, iam.rules);
  const [nobody] = unknown;
  if (nobody !== undefined) throw PolicyMalformed({ reason: `Invalid principal in policy: "AWS":"${nobody}"` });
  return { trust_policy: document, trust_principals: JSON.stringify(ids) };
}
