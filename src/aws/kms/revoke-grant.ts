import { revokeGrant } from '../../kms/end-grant.ts';
import type { RevokeGrantRequest } from '../model/kms.ts';
import { keyOperation } from './key-operation.ts';

/** Ends a grant on a key at the wish of whoever rules the key. API_RevokeGrant. */
export const RevokeGrant = keyOperation<RevokeGrantRequest, void>({
  name: 'RevokeGrant',
  handle: ({ GrantId, DryRun = false }, { world }, key) =>
    revokeGrant(world, key, { grantId: GrantId, isDryRun: DryRun }),
});
