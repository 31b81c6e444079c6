import type { KMS } from '@aws-sdk/client-kms';
import { beforeEach, describe, expect, test } from 'vitest';
import { refused } from '../../../test/aws/client.ts';
import { kmsClient, newKey } from '../../../test/aws/kms.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { ownBerth, sharedBerth } from '../../../test/shared-berth.ts';
import { createKey } from '../../kms/create-key.ts';
import { KMS_LIMITS } from '../../kms/limits.ts';
import { tendKeys } from '../../kms/tend-keys.ts';

const DAY = 86_400_000;

const shared = sharedBerth();
let berth: TestBerth;
let kms: KMS;
beforeEach(async () => {
  berth = await shared.account();
  kms = kmsClient(berth);
});

describe('a key', () => {
  test('has all that DescribeKey says of it, and nothing else', async () => {
    const { KeyMetadata: made } = await kms.createKey({ Description: 'mine' });
    const { KeyMetadata } = await kms.describeKey({ KeyId: made?.KeyId });

    expect(KeyMetadata).toEqual({
      AWSAccountId: berth.registry.account,
      KeyId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      Arn: `arn:aws:kms:us-east-1:${berth.registry.account}:key/${made?.KeyId}`,
      CreationDate: expect.any(Date),
      Enabled: true,
      Description: 'mine',
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeyState: 'Enabled',
      Origin: 'AWS_KMS',
      KeyManager: 'CUSTOMER',
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      KeySpec: 'SYMMETRIC_DEFAULT',
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      MultiRegion: false,
      CurrentKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(made).toEqual(KeyMetadata);
  });

  test.each([
    ['RSA_2048', 'SIGN_VERIFY', 'SigningAlgorithms', 6],
    ['RSA_3072', 'ENCRYPT_DECRYPT', 'EncryptionAlgorithms', 2],
    ['ECC_NIST_P521', 'SIGN_VERIFY', 'SigningAlgorithms', 1],
    ['HMAC_384', 'GENERATE_VERIFY_MAC', 'MacAlgorithms', 1],
  ] as const)('of the spec %s for %s says what it can do', async (KeySpec, KeyUsage, member, count) => {
    const { KeyMetadata } = await kms.createKey({ KeySpec, KeyUsage });

    expect(KeyMetadata).toMatchObject({ KeySpec, CustomerMasterKeySpec: KeySpec, KeyUsage });
    expect(KeyMetadata?.[member]).toHaveLength(count);
    expect(KeyMetadata?.CurrentKeyMaterialId).toBeUndefined();
  });

  test('is found by its id, its ARN, an alias and the ARN of that', async () => {
    const { id, arn } = await newKey(kms);
    await kms.createAlias({ AliasName: 'alias/mine', TargetKeyId: arn });

    for (const KeyId of [id, arn, 'alias/mine', `arn:aws:kms:us-east-1:${berth.registry.account}:alias/mine`]) {
      expect((await kms.describeKey({ KeyId })).KeyMetadata?.KeyId).toBe(id);
    }
  });

  test('is described anew, disabled and enabled', async () => {
    const { id } = await newKey(kms);
    await kms.updateKeyDescription({ KeyId: id, Description: 'other' });
    await kms.disableKey({ KeyId: id });
    await kms.disableKey({ KeyId: id });
    expect((await kms.describeKey({ KeyId: id })).KeyMetadata).toMatchObject({
      Description: 'other',
      Enabled: false,
      KeyState: 'Disabled',
    });
    await kms.enableKey({ KeyId: id });
    expect((await kms.describeKey({ KeyId: id })).KeyMetadata).toMatchObject({ Enabled: true, KeyState: 'Enabled' });
  });
});

describe('a name that is none', () => {
  beforeEach(() => {
    kms = kmsClient(shared.first());
  });

  const unknown = '00000000-0000-4000-8000-000000000000';
  test.each([
    [
      'a key that is not there',
      unknown,
      'NotFoundException',
      `Key 'arn:aws:kms:us-east-1:123456789012:key/${unknown}' does not exist`,
    ],
    ['its ARN', `arn:aws:kms:us-east-1:123456789012:key/${unknown}`, 'NotFoundException', /does not exist$/],
    [
      'an alias that is not there',
      'alias/no',
      'NotFoundException',
      `Alias arn:aws:kms:us-east-1:123456789012:alias/no is not found.`,
    ],
    ['another word', 'my-key', 'NotFoundException', "Invalid keyId 'my-key'"],
    [
      'another region',
      `arn:aws:kms:eu-west-1:123456789012:key/${unknown}`,
      'NotFoundException',
      'Invalid arn eu-west-1',
    ],
    ['an ARN of something else', `arn:aws:s3:::${unknown}`, 'InvalidArnException', /^Invalid arn/],
  ])('as %s is refused', async (_, KeyId, code, message) => {
    await expect(kms.describeKey({ KeyId })).rejects.toEqual(refused(code, message));
  });

  test('as an alias is refused where an operation takes none', async () => {
    const { id } = await newKey(kms);
    await kms.createAlias({ AliasName: 'alias/mine', TargetKeyId: id });
    const KeyId = 'alias/mine';
    const wrong = refused('InvalidArnException', "Invalid keyId 'alias/mine'");

    const outcomes = await Promise.allSettled([
      kms.enableKey({ KeyId }),
      kms.disableKey({ KeyId }),
      kms.scheduleKeyDeletion({ KeyId }),
      kms.cancelKeyDeletion({ KeyId }),
      kms.getKeyPolicy({ KeyId }),
      kms.putKeyPolicy({ KeyId, Policy: '{}' }),
      kms.enableKeyRotation({ KeyId }),
      kms.rotateKeyOnDemand({ KeyId }),
      kms.listGrants({ KeyId }),
      kms.listResourceTags({ KeyId }),
      kms.updateKeyDescription({ KeyId, Description: '' }),
    ]);
    for (const it of outcomes) expect(it).toMatchObject({ status: 'rejected', reason: wrong });
  });
});

describe('CreateKey', () => {
  test.each([
    ['a key of many regions', { MultiRegion: true }, 'UnsupportedOperationException', /Multi-Region/],
    ['material of one’s own', { Origin: 'EXTERNAL' }, 'UnsupportedOperationException', /EXTERNAL/],
    ['a spec that is not served', { KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' }, 'UnsupportedOperationException', /SM2/],
    ['a pair for nothing', { KeySpec: 'RSA_2048' }, 'ValidationException', /must specify a KeyUsage value/],
    [
      'a curve that shall encrypt',
      { KeySpec: 'ECC_NIST_P256', KeyUsage: 'ENCRYPT_DECRYPT' },
      'ValidationException',
      'KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec ECC_NIST_P256',
    ],
    [
      'both names of a spec',
      { KeySpec: 'SYMMETRIC_DEFAULT', CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT' },
      'ValidationException',
      /same request/,
    ],
    ['a reserved tag', { Tags: [{ TagKey: 'aws:x', TagValue: '' }] }, 'TagException', /aws:x/],
    ['one tag twice', { Tags: ['1', '2'].map((TagValue) => ({ TagKey: 'a', TagValue })) }, 'TagException', /twice/],
    [
      '51 tags',
      { Tags: Array.from({ length: 51 }, (_, i) => ({ TagKey: `k${i}`, TagValue: '' })) },
      'LimitExceededException',
      /50/,
    ],
    ['no policy at all', { Policy: '{' }, 'MalformedPolicyDocumentException', /./],
    ['a policy that is too long', { Policy: ' '.repeat(32_769) }, 'LimitExceededException', /32768/],
  ] as const)('refuses %s', async (_, input, code, message) => {
    await expect(kms.createKey(input as Parameters<KMS['createKey']>[0])).rejects.toEqual(refused(code, message));
    const { Keys } = await kms.listKeys({});
    expect(Keys).toHaveLength(1);
  });

  test('stops at the limit of the account', async () => {
    const caller = {
      principal: {
        kind: 'root',
        account: berth.registry.account,
        arn: `arn:aws:iam::${berth.registry.account}:root`,
        userId: berth.registry.account,
        accessKeyId: berth.accessKeyId,
        identityVersion: 1,
      },
      request: { region: 'us-east-1', sourceIp: undefined, isSecure: false, userAgent: undefined, referer: undefined },
    } as const;
    const limits = { ...KMS_LIMITS, keysPerRegistry: 3 };
    const made = await Promise.allSettled(Array.from({ length: 6 }, () => createKey(berth.world, caller, {}, limits)));

    expect(made.filter((it) => it.status === 'fulfilled')).toHaveLength(3);
    expect(made).toContainEqual(
      expect.objectContaining({ reason: expect.objectContaining({ code: 'LimitExceededException' }) }),
    );
    expect(KMS_LIMITS.keysPerRegistry).toBe(100_000);
  });
});

describe('the key of ECR', () => {
  test('is listed from the start, with its alias, and belongs to AWS', async () => {
    const { Keys } = await kms.listKeys({});
    const { Aliases } = await kms.listAliases({});
    const { KeyMetadata } = await kms.describeKey({ KeyId: 'alias/aws/ecr' });

    expect(Keys).toEqual([{ KeyId: KeyMetadata?.KeyId, KeyArn: KeyMetadata?.Arn }]);
    expect(Aliases).toMatchObject([{ AliasName: 'alias/aws/ecr', TargetKeyId: KeyMetadata?.KeyId }]);
    expect(KeyMetadata).toMatchObject({ KeyManager: 'AWS', KeyState: 'Enabled' });
    const rotation = await kms.getKeyRotationStatus({ KeyId: KeyMetadata?.KeyId });
    expect(rotation).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 365 });
  });

  test('is nobody’s to use or to change', async () => {
    const { KeyMetadata } = await kms.describeKey({ KeyId: 'alias/aws/ecr' });
    const KeyId = KeyMetadata?.KeyId ?? '';
    const outcomes = await Promise.allSettled([
      kms.disableKey({ KeyId }),
      kms.scheduleKeyDeletion({ KeyId }),
      kms.putKeyPolicy({ KeyId, Policy: '{}' }),
      kms.rotateKeyOnDemand({ KeyId }),
      kms.disableKeyRotation({ KeyId }),
      kms.tagResource({ KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] }),
      kms.createAlias({ AliasName: 'alias/mine', TargetKeyId: KeyId }),
      kms.encrypt({ KeyId, Plaintext: Buffer.from('x') }),
      kms.generateDataKey({ KeyId, KeySpec: 'AES_256' }),
    ]);
    for (const it of outcomes)
      expect(it).toMatchObject({ status: 'rejected', reason: { name: 'AccessDeniedException' } });
  });
});

describe('the end of a key', () => {
  test('can be waited for, put off, and is disabled after that', async () => {
    const { id, arn } = await newKey(kms);
    const scheduled = await kms.scheduleKeyDeletion({ KeyId: id, PendingWindowInDays: 7 });
    const { KeyMetadata } = await kms.describeKey({ KeyId: id });

    expect(scheduled).toMatchObject({ KeyId: arn, KeyState: 'PendingDeletion', PendingWindowInDays: 7 });
    const days = ((scheduled.DeletionDate?.getTime() ?? 0) - berth.world.clock.now().getTime()) / DAY;
    expect(days).toBeCloseTo(7, 5);
    expect(KeyMetadata).toMatchObject({ KeyState: 'PendingDeletion', Enabled: false, DeletionDate: expect.any(Date) });

    expect(await kms.cancelKeyDeletion({ KeyId: id })).toMatchObject({ KeyId: arn });
    expect((await kms.describeKey({ KeyId: id })).KeyMetadata).toMatchObject({ KeyState: 'Disabled' });
    await expect(kms.cancelKeyDeletion({ KeyId: id })).rejects.toEqual(
      refused('KMSInvalidStateException', `${arn} is not pending deletion.`),
    );
  });

  test.each([6, 31])('is not %i days away', async (PendingWindowInDays) => {
    const { id } = await newKey(kms);
    await expect(kms.scheduleKeyDeletion({ KeyId: id, PendingWindowInDays })).rejects.toEqual(
      refused('ValidationException', /from 7 to 30/),
    );
  });

  test('takes aliases, grants, tags and material with it, whether or not anybody has looked', async () => {
    berth = await ownBerth();
    kms = kmsClient(berth);
    const { id, arn } = await newKey(kms, { Tags: [{ TagKey: 'a', TagValue: 'b' }] });
    await kms.createAlias({ AliasName: 'alias/mine', TargetKeyId: id });
    const root = `arn:aws:iam::${berth.registry.account}:root`;
    await kms.createGrant({ KeyId: id, GranteePrincipal: root, Operations: ['Decrypt'] });
    const { CiphertextBlob } = await kms.encrypt({ KeyId: id, Plaintext: Buffer.from('x') });
    await kms.scheduleKeyDeletion({ KeyId: id });

    berth.pass(30 * DAY - 1);
    await tendKeys(berth.world);
    expect((await kmsClient(berth).describeKey({ KeyId: id })).KeyMetadata?.KeyState).toBe('PendingDeletion');
    berth.pass(1);
    await expect(kmsClient(berth).describeKey({ KeyId: id })).rejects.toEqual(
      refused('NotFoundException', `Key '${arn}' does not exist`),
    );
    expect(await tendKeys(berth.world)).toMatchObject({ deleted: 1 });

    await expect(kmsClient(berth).describeKey({ KeyId: 'alias/mine' })).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    await expect(kmsClient(berth).decrypt({ CiphertextBlob })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const { rows } = await berth.world.metadata.read(async (tx) => ({
      rows: await tx.selectFrom('kms_key_versions').selectAll().where('key_id', '=', id).execute(),
    }));
    expect(rows).toEqual([]);
  });
});

describe('a state', () => {
  /** Of each operation what it says of a key that is enabled, disabled, to be deleted; '' when it is done. */
  const ok = ['', '', ''];
  const used = ['', 'DisabledException', 'KMSInvalidStateException'];
  const changed = ['', '', 'KMSInvalidStateException'];
  const CALLS: Record<string, [readonly string[], (kms: KMS, KeyId: string) => Promise<unknown>]> = {
    Encrypt: [used, (it, KeyId) => it.encrypt({ KeyId, Plaintext: Buffer.from('x') })],
    GenerateDataKey: [used, (it, KeyId) => it.generateDataKey({ KeyId, NumberOfBytes: 8 })],
    CreateGrant: [
      used,
      (it, KeyId) =>
        it.createGrant({
          KeyId,
          GranteePrincipal: `arn:aws:iam::${berth.registry.account}:root`,
          Operations: ['Decrypt'],
        }),
    ],
    DescribeKey: [ok, (it, KeyId) => it.describeKey({ KeyId })],
    GetKeyPolicy: [ok, (it, KeyId) => it.getKeyPolicy({ KeyId })],
    ListGrants: [ok, (it, KeyId) => it.listGrants({ KeyId })],
    ListKeyPolicies: [ok, (it, KeyId) => it.listKeyPolicies({ KeyId })],
    ListResourceTags: [ok, (it, KeyId) => it.listResourceTags({ KeyId })],
    GetKeyRotationStatus: [ok, (it, KeyId) => it.getKeyRotationStatus({ KeyId })],
    ListKeyRotations: [ok, (it, KeyId) => it.listKeyRotations({ KeyId })],
    EnableKeyRotation: [used, (it, KeyId) => it.enableKeyRotation({ KeyId })],
    DisableKeyRotation: [used, (it, KeyId) => it.disableKeyRotation({ KeyId })],
    RotateKeyOnDemand: [used, (it, KeyId) => it.rotateKeyOnDemand({ KeyId })],
    CreateAlias: [changed, (it, KeyId) => it.createAlias({ AliasName: `alias/${KeyId}`, TargetKeyId: KeyId })],
    TagResource: [changed, (it, KeyId) => it.tagResource({ KeyId, Tags: [{ TagKey: 'a', TagValue: '' }] })],
    UntagResource: [changed, (it, KeyId) => it.untagResource({ KeyId, TagKeys: ['a'] })],
    UpdateKeyDescription: [changed, (it, KeyId) => it.updateKeyDescription({ KeyId, Description: 'x' })],
  };

  test('lets be done what the table of states says', async () => {
    const said: Record<string, string[]> = {};
    const states: ((id: string) => Promise<unknown>)[] = [
      async () => undefined,
      (KeyId) => kms.disableKey({ KeyId }),
      (KeyId) => kms.scheduleKeyDeletion({ KeyId }),
    ];
    for (const bring of states) {
      const { id } = await newKey(kms);
      await bring(id);
      for (const [name, [, call]] of Object.entries(CALLS)) {
        const code = await call(kms, id).then(
          () => '',
          (error: Error) => error.name,
        );
        said[name] = [...(said[name] ?? []), code];
      }
    }
    expect(said).toEqual(Object.fromEntries(Object.entries(CALLS).map(([name, [expected]]) => [name, expected])));
  });
});

test('lists come in pages that go on where they ended, and no marker is another list’s', async () => {
  for (let i = 0; i < 4; i++) await newKey(kms);
  const all: string[] = [];
  let marker: string | undefined;
  do {
    const { Keys = [], NextMarker, Truncated } = await kms.listKeys({ Limit: 2, Marker: marker });
    expect(Truncated).toBe(NextMarker !== undefined);
    all.push(...Keys.map((it) => it.KeyId ?? ''));
    marker = NextMarker;
  } while (marker !== undefined);

  expect(all).toHaveLength(5);
  expect(all).toEqual(all.toSorted());
  const { NextMarker } = await kms.listKeys({ Limit: 1 });
  await expect(kms.listAliases({ Marker: NextMarker })).rejects.toMatchObject({ name: 'InvalidMarkerException' });
  await expect(kms.listKeys({ Marker: 'x' })).rejects.toMatchObject({ name: 'InvalidMarkerException' });
});

test('what is not served says so', async () => {
  await expect(kms.describeCustomKeyStores({})).rejects.toEqual(
    refused('UnsupportedOperationException', 'DescribeCustomKeyStores is not supported.'),
  );
});
