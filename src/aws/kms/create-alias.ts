import { checkAliasTarget, createAlias } from '../../kms/aliases.ts';
import type { CreateAliasRequest } from '../model/kms.ts';
import { aliasOperation, keyOfAlias } from './alias-operation.ts';

/** Gives a key another name. API_CreateAlias. */
export const CreateAlias = aliasOperation<CreateAliasRequest>('CreateAlias', async (input, call) => {
  checkAliasTarget(input.TargetKeyId);
  const key = await keyOfAlias(call, 'CreateAlias', input.TargetKeyId);
  await createAlias(call.world, call.registry, { name: input.AliasName, key });
});
