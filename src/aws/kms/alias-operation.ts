import { checkAliasName } from '../../kms/aliases.ts';
import { keyFor } from '../../kms/authorize-key.ts';
import type { Key } from '../../kms/find-key.ts';
import { callConditions } from '../../kms/key-conditions.ts';
import { aliasArn } from '../../values/kms-arn.ts';
import { type Call, type Operation, operation } from '../operation.ts';

interface OfAlias {
  readonly AliasName: string;
}

/**
 * An operation on an alias of the caller's own account. The door asks about the alias; about each key that it is taken
 * from or given to, `handle` does.
 */
export function aliasOperation<In extends OfAlias>(
  name: string,
  handle: (input: In, call: Call) => Promise<void>,
): Operation {
  return operation<In, void>({
    service: 'kms',
    name,
    action: `kms:${name}`,
    resource: ({ AliasName }, { registry }) => {
      checkAliasName(AliasName);
      return aliasArn(registry, AliasName);
    },
    conditions: ({ AliasName }, { caller }) => [...callConditions(caller), ['kms:RequestAlias', AliasName]],
    handle,
  });
}

/** The key, when the caller may do this with it. */
export function keyOfAlias({ world, caller }: Call, action: string, keyId: string): Promise<Key> {
  const accepts = keyId.startsWith('alias/') ? 'keys and aliases' : 'keys';
  return keyFor(world, caller, { keyId, action, accepts });
}
