import type { KmsKeyRow } from '../storage/metadata/kms-tables.ts';
import type { Granted } from './grant.ts';
import type { GrantConstraints } from './grant-constraints.ts';
import { CONSTRAINT_CHARACTERS, CONSTRAINT_PAIRS } from './limits.ts';
import { Invalid } from './refusals.ts';

const ALWAYS = ['CreateGrant', 'RetireGrant', 'DescribeKey'];
const ENCRYPTION = ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo'];
const DATA_KEYS = [
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
];

/** KMS Developer Guide, "Grant operations": what a grant on a key of this kind may hold. */
function operationsOf({ spec, key_usage }: Pick<KmsKeyRow, 'spec' | 'key_usage'>): readonly string[] {
  if (spec === 'SYMMETRIC_DEFAULT') return [...ALWAYS, ...ENCRYPTION, ...DATA_KEYS];
  if (key_usage === 'SIGN_VERIFY') return [...ALWAYS, 'Sign', 'Verify', 'GetPublicKey'];
  if (key_usage === 'GENERATE_VERIFY_MAC') return [...ALWAYS, 'GenerateMac', 'VerifyMac'];
  return [...ALWAYS, ...ENCRYPTION, 'GetPublicKey'];
}

/** Whether a grant of this kind can be on the key. @throws Invalid */
export function checkGranted(key: Pick<KmsKeyRow, 'spec' | 'key_usage'>, { operations, constraints }: Granted): void {
  const strange = operations.filter((it) => !operationsOf(key).includes(it));
  if (operations.length === 0 || strange.length > 0) {
    throw Invalid({
      what: `Grant Operations [${strange.join(', ')}] are not valid for a key with the spec ${key.spec}.`,
    });
  }
  if (constraints !== undefined) checkConstraints(key, constraints);
}

function checkConstraints({ spec }: Pick<KmsKeyRow, 'spec'>, constraints: GrantConstraints): void {
  const { EncryptionContextSubset: subset, EncryptionContextEquals: equals } = constraints;
  if (spec !== 'SYMMETRIC_DEFAULT') {
    throw Invalid({ what: 'Grant constraints are valid only for symmetric encryption keys.' });
  }
  if (subset && equals) {
    throw Invalid({ what: 'A grant has EncryptionContextSubset or EncryptionContextEquals, not both.' });
  }
  const context = subset ?? equals ?? {};
  if (Object.keys(context).length > CONSTRAINT_PAIRS || JSON.stringify(context).length > CONSTRAINT_CHARACTERS) {
    throw Invalid({
      what: `The encryption context of a grant constraint cannot have more than ${CONSTRAINT_PAIRS} pairs, nor more than ${CONSTRAINT_CHARACTERS} characters.`,
    });
  }
}
