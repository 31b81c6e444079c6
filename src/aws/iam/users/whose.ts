import { IamValidationFailed } from '../../../identity/iam/refusals.ts';
import { targetFacts } from '../../../identity/iam/target-facts.ts';
import type { Call } from '../../operation.ts';
import { resourceTag } from '../on-target.ts';

interface OfUser {
  readonly UserName?: string | undefined;
}

/**
 * The name of the user that a request is about: the one that it names, else the user who signed it. Undefined: the
 * account's root, who signed it.
 *
 * @throws IamValidationFailed when it names none and a session signed it
 */
export function whose({ UserName }: OfUser, { principal }: Pick<Call, 'principal'>): string | undefined {
  if (UserName !== undefined) return UserName;
  if (principal.kind === 'user') return principal.user.name;
  if (principal.kind === 'root') return undefined;
  throw mustSay();
}

/** The same of what root has not. @throws IamValidationFailed also when root signed and names nobody */
export function whoseAmongUsers(input: OfUser, call: Pick<Call, 'principal'>): string {
  const name = whose(input, call);
  if (name === undefined) throw mustSay();
  return name;
}

/** What an operation states that is about a user, or about who signed it. */
export const ON_WHOSE = {
  async resource(input: OfUser, call: Call): Promise<string> {
    const name = whose(input, call);
    return name === undefined ? call.principal.arn : (await look(call, name)).arn;
  },
  async conditions(input: OfUser, call: Call) {
    const name = whose(input, call);
    return name === undefined ? [] : (await look(call, name)).tags.flatMap(resourceTag);
  },
};

function look({ world, principal }: Call, name: string) {
  return targetFacts(world, { kind: 'user', account: principal.account, name });
}

function mustSay() {
  return IamValidationFailed({ what: 'Must specify userName when calling with non-User credentials' });
}
