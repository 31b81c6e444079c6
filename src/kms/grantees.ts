import type { Principal } from '../identity/principal.ts';
import type { KmsGrantRow } from '../storage/metadata/kms-tables.ts';

/** A principal as a grant may name him: by his ARN, and by the id that a namesake does not have. */
interface Named {
  readonly arn: string;
  readonly id: string | null;
}

/** All that grants may call the caller. */
export function granteeNames(principal: Principal): readonly Named[] {
  switch (principal.kind) {
    case 'root':
    case 'federated-user':
      return [{ arn: principal.arn, id: null }];
    case 'user':
      return [{ arn: principal.arn, id: principal.user.id }];
    case 'role-session':
      return [
        { arn: principal.role.arn, id: principal.role.id },
        { arn: principal.arn, id: principal.role.id },
      ];
  }
}

/** Whether the caller is the one whom the grant was given to, or may retire it. */
export function isNamed(
  principal: Principal,
  { as, grant }: { readonly as: 'grantee' | 'retiring'; readonly grant: KmsGrantRow },
): boolean {
  const [arn, id] = as === 'grantee' ? [grant.grantee, grant.grantee_id] : [grant.retiring, grant.retiring_id];
  return granteeNames(principal).some((it) => it.arn === arn && it.id === id);
}
