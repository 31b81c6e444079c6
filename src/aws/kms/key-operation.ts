import { keyFor } from '../../kms/authorize-key.ts';
import type { EncryptionContext } from '../../kms/encryption-context.ts';
import type { Key } from '../../kms/find-key.ts';
import type { Conditions } from '../../kms/key-conditions.ts';
import { DryRun } from '../../kms/refusals.ts';
import { type Use, usableKey } from '../../kms/use-key.ts';
import { ASKS_ITSELF, type Call, type Operation, operation } from '../operation.ts';

interface OfKey {
  readonly KeyId: string;
}

interface KeyOperation<In, Out> {
  /** Its name in the model, and behind `kms:` in policies and grants. */
  readonly name: string;
  readonly accepts?: 'keys' | 'keys and aliases';
  /** Condition keys beside those that every call about a key has. */
  conditions?(input: In, call: Call): Conditions;
  handle(input: In, call: Call, key: Key): Promise<Out>;
}

/** An operation about one key. Its core asks whether the caller may: only the key shows which policy and grants count. */
export function keyOperation<In extends OfKey, Out>(parts: KeyOperation<In, Out>): Operation {
  const { name, accepts = 'keys' } = parts;
  return asking<In, Out>(name, async (input, call) => {
    const conditions = parts.conditions?.(input, call);
    const key = await keyFor(call.world, call.caller, { keyId: input.KeyId, action: name, accepts, conditions });
    call.act.resources = [key.arn];
    return parts.handle(input, call, key);
  });
}

interface Using extends OfKey {
  readonly EncryptionContext?: EncryptionContext;
  readonly GrantTokens?: readonly string[];
  readonly DryRun?: boolean;
}

/** An operation that uses a key. A dry run ends where the work would begin. */
export function usingKey<In extends Using, Out>(
  parts: KeyOperation<In, Out> & Pick<Use, 'usage'> & { readonly takesContext?: true },
): Operation {
  const { name, usage, takesContext } = parts;
  return asking<In, Out>(name, async (input, call) => {
    const key = await usableKey(call.world, call.caller, {
      keyId: input.KeyId,
      action: name,
      usage,
      grantTokens: input.GrantTokens,
      conditions: parts.conditions?.(input, call) ?? [],
      ...(takesContext && { encryptionContext: input.EncryptionContext ?? {} }),
    });
    call.act.resources = [key.arn];
    if (input.DryRun) throw DryRun({});
    return parts.handle(input, call, key);
  });
}

function asking<In, Out>(name: string, handle: (input: In, call: Call) => Promise<Out>): Operation {
  return operation<In, Out>({ service: 'kms', name, action: ASKS_ITSELF, resource: () => '*', handle });
}
