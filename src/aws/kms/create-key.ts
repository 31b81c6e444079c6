import { createKey } from '../../kms/create-key.ts';
import { callConditions, specConditions, tagConditions } from '../../kms/key-conditions.ts';
import { Invalid } from '../../kms/refusals.ts';
import type { CreateKeyRequest, CreateKeyResponse } from '../model/kms.ts';
import { operation } from '../operation.ts';
import { keyMetadata } from './key-metadata.ts';

/** Makes a key. API_CreateKey. */
export const CreateKey = operation<CreateKeyRequest, CreateKeyResponse>({
  service: 'kms',
  name: 'CreateKey',
  action: 'kms:CreateKey',
  furtherActions: ({ Tags = [] }) => (Tags.length > 0 ? ['kms:TagResource'] : []),
  resource: () => '*',
  conditions: (input, { caller }) => [
    ...callConditions(caller),
    ...specConditions(specOf(input) ?? 'SYMMETRIC_DEFAULT', input.KeyUsage ?? 'ENCRYPT_DECRYPT'),
    ...tagConditions(input.Tags ?? []),
    ['kms:BypassPolicyLockoutSafetyCheck', String(input.BypassPolicyLockoutSafetyCheck ?? false)],
  ],

  async handle(input, call) {
    if (input.KeySpec !== undefined && input.CustomerMasterKeySpec !== undefined) {
      throw Invalid({
        what: 'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.',
      });
    }
    const key = await createKey(call.world, call.caller, {
      spec: specOf(input),
      usage: input.KeyUsage,
      origin: input.Origin,
      isMultiRegion: input.MultiRegion,
      description: input.Description,
      policy: input.Policy,
      bypassLockoutCheck: input.BypassPolicyLockoutSafetyCheck,
      tags: input.Tags,
    });
    call.act.resources = [key.arn];
    return { KeyMetadata: await keyMetadata(call, key) };
  },
});

function specOf({ KeySpec, CustomerMasterKeySpec }: CreateKeyRequest): string | undefined {
  return KeySpec ?? CustomerMasterKeySpec;
}
