import { checkAliasTarget, updateAlias } from '../../kms/aliases.ts';
import { Invalid } from '../../kms/refusals.ts';
import type { UpdateAliasRequest } from '../model/kms.ts';
import { aliasOperation, keyOfAlias } from './alias-operation.ts';

/** Points an alias to another key of the same kind. API_UpdateAlias. */
export const UpdateAlias = aliasOperation<UpdateAliasRequest>('UpdateAlias', async (input, call) => {
  const { AliasName: name, TargetKeyId } = input;
  checkAliasTarget(TargetKeyId);
  const before = await keyOfAlias(call, 'UpdateAlias', name);
  const key = await keyOfAlias(call, 'UpdateAlias', TargetKeyId);
  if (before.row.key_usage !== key.row.key_usage || isSymmetric(before.row) !== isSymmetric(key.row)) {
    throw Invalid({ what: `Alias ${name} cannot be changed from a key of one type and usage to a key of another.` });
  }
  await updateAlias(call.world, call.registry, { name, key });
});

function isSymmetric({ spec }: { readonly spec: string }): boolean {
  return spec === 'SYMMETRIC_DEFAULT';
}
