import { defineRefusal } from '../values/refusal.ts';
import type { Principal } from './principal.ts';

/** What a caller wants: an IAM action on resources (ARNs, or `*` for actions of the whole registry). */
export interface Access {
  /** Such as `ecr:PutImage`. */
  readonly action: string;
  readonly resources: readonly string[];
  /** Condition keys of the request and their values. */
  readonly conditions?: Readonly<Record<string, string | readonly string[]>>;
}

/** AWS's words for a caller whom no policy allows it. */
export const AccessDenied = defineRefusal<{
  principalArn: string;
  action: string;
  resource: string;
  because: 'no identity-based policy' | 'no resource-based policy';
}>({
  code: 'AccessDeniedException',
  oci: { code: 'DENIED', status: 403 },
  message: (f) =>
    `User: ${f.principalArn} is not authorized to perform: ${f.action} on resource: ${f.resource} because ${f.because} allows the ${f.action} action`,
});

/**
 * Whether `principal` may do `access`; both doors ask before they act. An account's root may do everything in its own
 * account and nothing in another.
 *
 * @throws AccessDenied, naming the first resource that is refused.
 */
export function authorize(principal: Principal, access: Access): void {
  const { action, resources } = access;
  const refused = resources.find((resource) => !isOwn(principal, resource));
  if (resources.length === 0 || refused !== undefined) {
    throw AccessDenied({
      principalArn: principal.arn,
      action,
      resource: refused ?? '*',
      because: resources.length === 0 ? 'no identity-based policy' : 'no resource-based policy',
    });
  }
}

/** `*` is the caller's own registry; an ARN names its account in the fifth part. */
function isOwn(principal: Principal, resource: string): boolean {
  return resource === '*' || resource.split(':')[4] === principal.account;
}
