import { grantedBy } from '../../kms/grant.ts';
import type { listGrantsOf } from '../../kms/list-grants.ts';
import { rootArn } from '../../values/arn.ts';
import { keyArn } from '../../values/kms-arn.ts';
import type { GrantListEntry, GrantOperation } from '../model/kms.ts';

type Grant = Awaited<ReturnType<typeof listGrantsOf>>[number];

/** A grant as the API shows it. */
export function describeGrant(grant: Grant): GrantListEntry {
  const { operations, constraints } = grantedBy(grant);
  return {
    KeyId: keyArn(grant, grant.key_id),
    GrantId: grant.grant_id,
    ...(grant.name !== null && { Name: grant.name }),
    CreationDate: new Date(grant.created_at),
    GranteePrincipal: grant.grantee,
    ...(grant.retiring !== null && { RetiringPrincipal: grant.retiring }),
    IssuingAccount: rootArn(grant.issuing_account, grant.region),
    Operations: operations as GrantOperation[], // Checked when the grant was made.
    ...(constraints !== undefined && { Constraints: constraints }),
  };
}
