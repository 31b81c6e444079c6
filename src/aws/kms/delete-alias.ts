import { deleteAlias } from '../../kms/aliases.ts';
import type { DeleteAliasRequest } from '../model/kms.ts';
import { aliasOperation, keyOfAlias } from './alias-operation.ts';

/** Takes a name off a key. API_DeleteAlias. */
export const DeleteAlias = aliasOperation<DeleteAliasRequest>('DeleteAlias', async ({ AliasName }, call) => {
  await keyOfAlias(call, 'DeleteAlias', AliasName);
  await deleteAlias(call.world, call.registry, AliasName);
});
