import { authorize } from '../../identity/authorize.ts';
import { targetFacts } from '../../identity/iam/target-facts.ts';
import type { Call } from '../operation.ts';

/**
 * Asks whether the caller may hand this role of his account to a service that will act with it.
 *
 * @throws AccessDenied
 */
export async function askToPassRole(call: Call, roleName: string, service: string): Promise<void> {
  const { world, principal, caller } = call;
  const { arn, tags } = await targetFacts(world, { kind: 'role', account: principal.account, name: roleName });
  await authorize(world, caller, {
    action: 'iam:PassRole',
    resources: [arn],
    conditions: [
      ['iam:PassedToService', service],
      ...tags.map(({ Key, Value }) => [`iam:ResourceTag/${Key}`, Value] as const),
    ],
  });
}
