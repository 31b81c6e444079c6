import { retireGrant } from '../../kms/end-grant.ts';
import type { RetireGrantRequest } from '../model/kms.ts';
import { ASKS_ITSELF, operation } from '../operation.ts';

/** Ends a grant that the caller has done with. API_RetireGrant. */
export const RetireGrant = operation<RetireGrantRequest, void>({
  service: 'kms',
  name: 'RetireGrant',
  action: ASKS_ITSELF,
  resource: () => '*',

  handle: ({ GrantToken, KeyId, GrantId, DryRun = false }, { world, caller }) =>
    retireGrant(world, caller, { token: GrantToken, keyId: KeyId, grantId: GrantId, isDryRun: DryRun }),
});
