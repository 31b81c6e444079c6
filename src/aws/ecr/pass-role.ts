import { InvalidParameter } from '../../registry/refusals.ts';
import { parseIdentityArn } from '../../values/identity-arn.ts';
import { askToPassRole } from '../iam/pass-role.ts';
import type { Call } from '../operation.ts';

/**
 * Asks whether the caller may hand the role of an input's `customRoleArn` to a service that will act with it.
 *
 * @throws InvalidParameter when it is no role of his account, AccessDenied
 */
export async function askToPassCustomRole(call: Call, arn: string, service: string): Promise<void> {
  const named = parseIdentityArn(arn);
  if (named?.type !== 'role' || named.account !== call.registry.account) {
    throw InvalidParameter({ member: 'customRoleArn', constraint: 'Invalid ARN' });
  }
  await askToPassRole(call, named.name, service);
}
