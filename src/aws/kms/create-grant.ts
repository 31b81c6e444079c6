import { createGrant } from '../../kms/create-grant.ts';
import { givenConstraints } from '../../kms/grant-constraints.ts';
import { checkGrantTokens, grantToken } from '../../kms/grant-token.ts';
import type { CreateGrantRequest, CreateGrantResponse } from '../model/kms.ts';
import { ASKS_ITSELF, operation } from '../operation.ts';

/** Gives a principal a right to a key. API_CreateGrant. */
export const CreateGrant = operation<CreateGrantRequest, CreateGrantResponse>({
  service: 'kms',
  name: 'CreateGrant',
  action: ASKS_ITSELF,
  resource: () => '*',

  async handle(input, { world, caller }) {
    checkGrantTokens(world, input.GrantTokens);
    const grantId = await createGrant(world, caller, {
      keyId: input.KeyId,
      grantee: input.GranteePrincipal,
      retiring: input.RetiringPrincipal,
      granted: { operations: input.Operations, constraints: givenConstraints(input.Constraints) },
      name: input.Name,
      isDryRun: input.DryRun ?? false,
    });
    return { GrantToken: grantToken(world, grantId), GrantId: grantId };
  },
});
