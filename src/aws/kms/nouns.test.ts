import type { KMS } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refused } from '../../../test/aws/client.ts';
import { kmsClient, newKey } from '../../../test/aws/kms.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { account } from '../../../test/identity.ts';
import { tendKeys } from '../../kms/tend-keys.ts';

const ACCOUNT = '123456789012';
const DAY = 86_400_000;

let berth: TestBerth;
let kms: KMS;
beforeAll(async () => {
  berth = await startBerth();
  kms = kmsClient(berth);
});
afterAll(() => berth.stop());

describe('an alias', () => {
  test('is made once, listed with its key, pointed elsewhere, and taken away', async () => {
    const one = await newKey(kms);
    const other = await newKey(kms);
    const AliasName = 'alias/team/app_1';
    const AliasArn = `arn:aws:kms:us-east-1:${ACCOUNT}:${AliasName}`;
    await kms.createAlias({ AliasName, TargetKeyId: one.arn });

    await expect(kms.createAlias({ AliasName, TargetKeyId: other.id })).rejects.toEqual(
      refused('AlreadyExistsException', `An alias with the name ${AliasArn} already exists`),
    );
    expect((await kms.listAliases({ KeyId: one.id })).Aliases).toMatchObject([
      { AliasName, AliasArn, TargetKeyId: one.id },
    ]);
    await kms.updateAlias({ AliasName, TargetKeyId: other.id });
    expect((await kms.listAliases({ KeyId: one.id })).Aliases).toEqual([]);
    expect((await kms.describeKey({ KeyId: AliasName })).KeyMetadata?.KeyId).toBe(other.id);
    await kms.deleteAlias({ AliasName });
    await expect(kms.deleteAlias({ AliasName })).rejects.toEqual(
      refused('NotFoundException', `Alias ${AliasArn} is not found.`),
    );
  });

  test.each([
    ['app', 'ValidationException', /^Alias must start with the prefix "alias\/"/],
    ['alias/aws/mine', 'InvalidAliasNameException', /reserved/],
    ['alias/a:b', 'InvalidAliasNameException', /invalid characters/],
    [`alias/${'a'.repeat(251)}`, 'ValidationException', /256/],
  ])('is not called %s', async (AliasName, code, message) => {
    const { id } = await newKey(kms);
    await expect(kms.createAlias({ AliasName, TargetKeyId: id })).rejects.toEqual(refused(code, message));
  });

  test('is of a key of its own account, not of another alias, and one of fifty', async () => {
    const { id } = await newKey(kms);
    const make = (n: number) => kms.createAlias({ AliasName: `alias/many-${n}`, TargetKeyId: id });
    for (let n = 0; n < 50; n++) await make(n);
    await expect(make(50)).rejects.toMatchObject({ name: 'LimitExceededException' });
    await expect(kms.createAlias({ AliasName: 'alias/b', TargetKeyId: 'alias/many-1' })).rejects.toEqual(
      refused('ValidationException', 'Aliases must refer to keys. Not aliases'),
    );
    const theirs = await account(berth);
    const root = (it: string) => ({ Effect: 'Allow', Principal: { AWS: it }, Action: 'kms:*', Resource: '*' });
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [root(ACCOUNT), root(theirs.account)] });
    const foreign = await newKey(kmsClient(berth, theirs), { Policy });
    await expect(kms.createAlias({ AliasName: 'alias/b', TargetKeyId: foreign.arn })).rejects.toEqual(
      refused('ValidationException', /another account/),
    );
  });
});

test('tags are set, read in pages and taken off; a key has fifty', async () => {
  const { id } = await newKey(kms);
  const tags = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({ TagKey: `k${String(from + i).padStart(2, '0')}`, TagValue: String(i) }));
  await kms.tagResource({ KeyId: id, Tags: tags(0, 50) });
  await kms.tagResource({ KeyId: id, Tags: [{ TagKey: 'k00', TagValue: 'new' }] });
  await expect(kms.tagResource({ KeyId: id, Tags: tags(50, 1) })).rejects.toMatchObject({
    name: 'LimitExceededException',
  });
  await kms.untagResource({ KeyId: id, TagKeys: ['k01', 'never'] });

  const first = await kms.listResourceTags({ KeyId: id, Limit: 30 });
  const second = await kms.listResourceTags({ KeyId: id, Limit: 30, Marker: first.NextMarker });
  expect(first.Tags?.[0]).toEqual({ TagKey: 'k00', TagValue: 'new' });
  expect([first.Tags?.length, second.Tags?.length, second.Truncated]).toEqual([30, 19, false]);
});

describe('a rotation', () => {
  test.each([89, 2_561])('does not come each %i days', async (RotationPeriodInDays) => {
    const { id } = await newKey(kms);
    await expect(kms.enableKeyRotation({ KeyId: id, RotationPeriodInDays })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('is asked for 25 times at most, and never of a pair', async () => {
    const { id } = await newKey(kms);
    for (let n = 0; n < 25; n++) await kms.rotateKeyOnDemand({ KeyId: id });
    await expect(kms.rotateKeyOnDemand({ KeyId: id })).rejects.toMatchObject({ name: 'LimitExceededException' });
    const pair = await newKey(kms, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    await expect(kms.rotateKeyOnDemand({ KeyId: pair.id })).rejects.toMatchObject({
      name: 'UnsupportedOperationException',
    });
    expect(await kms.getKeyRotationStatus({ KeyId: pair.id })).toMatchObject({ KeyRotationEnabled: false });
  });

  test('comes each so many days, and what was encrypted before opens all the same', async () => {
    const { id } = await newKey(kms);
    const { CiphertextBlob } = await kms.encrypt({ KeyId: id, Plaintext: Buffer.from('old') });
    await kms.enableKeyRotation({ KeyId: id, RotationPeriodInDays: 90 });
    await tendKeys(berth.world);
    expect((await kms.listKeyRotations({ KeyId: id })).Rotations).toEqual([]);

    berth.pass(90 * DAY);
    expect(await tendKeys(berth.world)).toMatchObject({ rotated: 1 });
    // Each asks anew, since a client goes by the machine's time once it has an answer.
    const { Rotations } = await kmsClient(berth).listKeyRotations({
      KeyId: id,
      IncludeKeyMaterial: 'ALL_KEY_MATERIAL',
    });
    expect(Rotations).toMatchObject([
      { KeyMaterialState: 'NON_CURRENT' },
      { KeyMaterialState: 'CURRENT', RotationType: 'AUTOMATIC', RotationDate: expect.any(Date) },
    ]);
    const { Plaintext, KeyMaterialId } = await kmsClient(berth).decrypt({ CiphertextBlob });
    expect(Buffer.from(Plaintext ?? []).toString()).toBe('old');
    expect(KeyMaterialId).toBe(Rotations?.[0]?.KeyMaterialId);
    const next = (await kmsClient(berth).getKeyRotationStatus({ KeyId: id })).NextRotationDate?.getTime() ?? 0;
    expect((next - berth.world.clock.now().getTime()) / DAY).toBeCloseTo(90, 3);
    await kmsClient(berth).disableKeyRotation({ KeyId: id });
    expect(await kmsClient(berth).getKeyRotationStatus({ KeyId: id })).toMatchObject({ KeyRotationEnabled: false });
  });
});
