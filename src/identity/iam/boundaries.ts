import { changeIdentity } from '../../storage/metadata/accounts.ts';
import { setBoundary } from '../../storage/metadata/attachments.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { type EntityName, getEntityToChange } from './entities.ts';
import type { Iam } from './iam.ts';
import { attachableId } from './managed-policy.ts';
import { BoundaryNotFound, PolicyNotThereToAttach } from './refusals.ts';

type Bounded = EntityName & { readonly kind: 'user' | 'role' };

/**
 * Bounds a user or role by a managed policy, in place of the one that bounds him now.
 *
 * @throws EntityNotFound, RoleUnmodifiable, PolicyNotThereToAttach, InvalidInput
 */
export async function putBoundary(iam: Iam, entity: Bounded, policyArn: string): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, entity.account);
    const { id } = await getEntityToChange(tx, entity);
    await checkBoundary(iam, tx, entity.account, policyArn);
    await setBoundary(tx, entity.kind, id, policyArn);
  });
}

/** @throws EntityNotFound, RoleUnmodifiable, BoundaryNotFound */
export async function deleteBoundary(iam: Iam, entity: Bounded): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, entity.account);
    const row = await getEntityToChange(tx, entity);
    if (row.boundary_arn === null) {
      throw BoundaryNotFound({ kind: entity.kind === 'user' ? 'User' : 'Role', name: row.name });
    }
    await setBoundary(tx, entity.kind, row.id, null);
  });
}

/** Whether the ARN is one of a policy that can bound in this account. @throws PolicyNotThereToAttach, InvalidInput */
export async function checkBoundary(
  iam: Pick<Iam, 'rules'>,
  tx: Reading,
  account: string,
  policyArn: string,
): Promise<void> {
  if ((await attachableId(iam, tx, account, policyArn)) === undefined) throw PolicyNotThereToAttach({ policyArn });
}
