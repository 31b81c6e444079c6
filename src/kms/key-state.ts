import type { KmsKeyRow } from '../storage/metadata/kms-tables.ts';
import { keyArn } from '../values/kms-arn.ts';
import { InvalidKeyUsage, InvalidState, KeyDisabled } from './refusals.ts';

type Stated = Pick<KmsKeyRow, 'account' | 'region' | 'key_id' | 'state'>;

/** KMS Developer Guide, "Key states". @throws KeyDisabled, InvalidState */
export function mustBeEnabled(key: Stated): void {
  const arn = keyArn(key, key.key_id);
  if (key.state === 'Disabled') throw KeyDisabled({ arn });
  mustNotBePending(key);
}

/** @throws InvalidState */
export function mustNotBePending(key: Stated): void {
  if (key.state !== 'PendingDeletion') return;
  throw InvalidState({ what: `${keyArn(key, key.key_id)} is pending deletion.` });
}

/** @throws InvalidKeyUsage */
export function mustBeFor(key: Stated & Pick<KmsKeyRow, 'key_usage'>, usage: string, operation: string): void {
  if (key.key_usage === usage) return;
  throw InvalidKeyUsage({
    what: `${keyArn(key, key.key_id)} key usage is ${key.key_usage} which is not valid for ${operation}.`,
  });
}
