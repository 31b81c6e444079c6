import { NOBODY_IS_DENIED, type On, OWN_RULES, type Rows, rowsOf } from './rows.ts';

/** `{key}` is the ARN of a key of the caller's account, `{ciphertext}` what it encrypted. */
const KEY = { on: { arn: '{key}' }, input: { KeyId: '{key}' } };
const ALIAS: On = { arn: 'arn:aws:kms:{region}:{account}:alias/matrix' };

const alias = (input: object = {}) => ({ on: ALIAS, input: { AliasName: 'alias/matrix', ...input } });
const tagged = { ...KEY, input: { ...KEY.input, Tags: [{ TagKey: 'k', TagValue: 'v' }] } };

/** Whoever is known is told that they are not there. */
const NOT_SERVED = [
  'ConnectCustomKeyStore',
  'CreateCustomKeyStore',
  'DeleteCustomKeyStore',
  'DeleteImportedKeyMaterial',
  'DeriveSharedSecret',
  'DescribeCustomKeyStores',
  'DisconnectCustomKeyStore',
  'GetParametersForImport',
  'ImportKeyMaterial',
  'ReplicateKey',
  'UpdateCustomKeyStore',
  'UpdatePrimaryRegion',
].map((it) => [it, { action: NOBODY_IS_DENIED, on: '*' }] as const);

export const KMS_ROWS: Rows = {
  ...Object.fromEntries(NOT_SERVED),
  ...rowsOf('kms', {
    CancelKeyDeletion: KEY,
    CreateAlias: alias({ TargetKeyId: '{key}' }),
    CreateGrant: { ...KEY, input: { ...KEY.input, GranteePrincipal: 'arn:aws:iam::{account}:root' } },
    CreateKey: '*',
    DeleteAlias: alias(),
    DescribeKey: KEY,
    DisableKey: KEY,
    DisableKeyRotation: KEY,
    EnableKey: KEY,
    EnableKeyRotation: KEY,
    Encrypt: KEY,
    GenerateDataKey: KEY,
    GenerateDataKeyPair: KEY,
    GenerateDataKeyPairWithoutPlaintext: KEY,
    GenerateDataKeyWithoutPlaintext: KEY,
    GenerateMac: KEY,
    GenerateRandom: { on: '*', input: { NumberOfBytes: 8 } },
    GetKeyPolicy: KEY,
    GetKeyRotationStatus: KEY,
    GetPublicKey: KEY,
    ListAliases: '*',
    ListGrants: KEY,
    ListKeyPolicies: KEY,
    ListKeyRotations: KEY,
    ListKeys: '*',
    ListResourceTags: KEY,
    ListRetirableGrants: { on: '*', input: { RetiringPrincipal: 'arn:aws:iam::{account}:root' } },
    PutKeyPolicy: KEY,
    ReEncrypt: {
      // Of both keys the new one is asked for first.
      action: 'ReEncryptTo',
      on: KEY.on,
      input: { CiphertextBlob: '{ciphertext}', DestinationKeyId: '{key}' },
    },
    RevokeGrant: KEY,
    RotateKeyOnDemand: KEY,
    ScheduleKeyDeletion: KEY,
    Sign: KEY,
    TagResource: tagged,
    UntagResource: KEY,
    UpdateAlias: alias({ TargetKeyId: '{key}' }),
    UpdateKeyDescription: KEY,
    Verify: KEY,
    VerifyMac: KEY,
  }),
  // Who may not decrypt is not told which key it was; who may retire a grant may by the grant. src/aws/kms/ tries both.
  Decrypt: { action: OWN_RULES, on: '*', input: { CiphertextBlob: '{ciphertext}' } },
  RetireGrant: { action: OWN_RULES, on: '*' },
};
