import type { Caller } from '../identity/caller.ts';
import { holdAccount, NEAR_A_LIMIT } from '../storage/metadata/holds.ts';
import { addKey, countKeys } from '../storage/metadata/kms-keys.ts';
import { putKeyTag } from '../storage/metadata/kms-tags.ts';
import { putResourcePolicy } from '../storage/metadata/resource-policies.ts';
import { keyArn } from '../values/kms-arn.ts';
import type { World } from '../world.ts';
import { ownRegistry } from './authorize-key.ts';
import { checkKeyTags, type KeyTag } from './check-tags.ts';
import type { Key } from './find-key.ts';
import { checkKeyPolicy, keyPolicyRow } from './key-policy.ts';
import { keySpec } from './key-specs.ts';
import { KMS_LIMITS, type KmsLimits } from './limits.ts';
import { makeKey } from './make-key.ts';
import { defaultKeyPolicy } from './own-policies.ts';
import { Invalid, LimitExceeded, Unsupported } from './refusals.ts';

export interface CreateKey {
  readonly spec?: string | undefined;
  readonly usage?: string | undefined;
  readonly origin?: string | undefined;
  readonly isMultiRegion?: boolean | undefined;
  readonly description?: string | undefined;
  readonly policy?: string | undefined;
  readonly bypassLockoutCheck?: boolean | undefined;
  readonly tags?: readonly KeyTag[] | undefined;
}

type Creating = Pick<World, 'metadata' | 'rootKey' | 'ids' | 'clock' | 'log' | 'rules'>;

/**
 * Creates a key in the caller's registry.
 *
 * @throws Unsupported, Invalid, TagRefused, MalformedPolicy, LimitExceeded, KeyUnavailable
 */
export async function createKey(
  world: Creating,
  caller: Caller,
  input: CreateKey,
  limits: KmsLimits = KMS_LIMITS,
): Promise<Key> {
  const { spec, usage } = specOf(input);
  const tags = input.tags ?? [];
  checkKeyTags(tags, limits.tagsPerKey);
  const registry = ownRegistry(caller);
  const { key, version } = await makeKey(world, { registry, spec, usage, description: input.description ?? '' });
  const arn = keyArn(registry, key.key_id);
  const policy = await checkKeyPolicy(world, caller, arn, {
    text: input.policy ?? defaultKeyPolicy(registry),
    // The policy that every key has is not looked at: it leaves all to the account.
    bypass: input.policy === undefined || input.bypassLockoutCheck === true,
  });
  const policyRow = keyPolicyRow(world, arn, policy);

  await world.metadata.write(async (tx) => {
    const count = await countKeys(tx, registry);
    if (count >= limits.keysPerRegistry - NEAR_A_LIMIT) await holdAccount(tx, registry.account);
    if (count >= limits.keysPerRegistry) {
      throw LimitExceeded({ what: `The account has reached the limit of ${limits.keysPerRegistry} KMS keys.` });
    }
    await addKey(tx, key, version);
    await putResourcePolicy(tx, policyRow);
    for (const { TagKey, TagValue } of tags) {
      await putKeyTag(tx, { key_id: key.key_id, tag_key: TagKey, tag_value: TagValue });
    }
  });
  return { row: key, arn, aliases: [], tags: [], policyVersion: policyRow.version, requestAlias: undefined };
}

/** @throws Unsupported for what is not served, Invalid for what does not go together */
function specOf({ spec = 'SYMMETRIC_DEFAULT', usage, origin = 'AWS_KMS', isMultiRegion = false }: CreateKey) {
  if (isMultiRegion) throw Unsupported({ what: 'Multi-Region keys are not supported.' });
  if (origin !== 'AWS_KMS') throw Unsupported({ what: `Keys with the origin ${origin} are not supported.` });
  const facts = keySpec(spec);
  if (!facts) throw Unsupported({ what: `Keys with the spec ${spec} are not supported.` });
  if (usage === undefined && spec !== 'SYMMETRIC_DEFAULT') {
    throw Invalid({ what: 'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.' });
  }
  const used = usage ?? 'ENCRYPT_DECRYPT';
  if (!facts.usages.some((it) => it === used)) {
    throw Invalid({ what: `KeyUsage ${used} is not compatible with KeySpec ${spec}` });
  }
  return { spec, usage: used };
}
