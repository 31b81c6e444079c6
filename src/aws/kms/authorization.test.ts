import type { KMS } from '@aws-sdk/client-kms';
import { beforeEach, describe, expect, test } from 'vitest';
import { refused } from '../../../test/aws/client.ts';
import { kmsClient, newKey } from '../../../test/aws/kms.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { account, role, session, type TestUser, user } from '../../../test/identity.ts';
import { sharedBerth } from '../../../test/shared-berth.ts';

const shared = sharedBerth();
let berth: TestBerth;
let rootArn: string;
let root: KMS;
beforeEach(async () => {
  berth = await shared.account();
  rootArn = `arn:aws:iam::${berth.registry.account}:root`;
  root = kmsClient(berth);
});

function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

function allow(principal: string | readonly string[], action: string | readonly string[], more: object = {}): object {
  return { Effect: 'Allow', Principal: { AWS: principal }, Action: action, Resource: '*', ...more };
}

const identity = (action: string, more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*', ...more }],
});

const encrypt = (who: Parameters<typeof kmsClient>[1], KeyId: string, EncryptionContext = {}) =>
  kmsClient(berth, who).encrypt({ KeyId, Plaintext: Buffer.from('x'), EncryptionContext });

function denied(who: TestUser, action: string, arn: string, because = 'no resource-based policy') {
  return refused(
    'AccessDeniedException',
    `User: ${who.arn} is not authorized to perform: kms:${action} on resource: ${arn} because ${because} allows the kms:${action} action`,
  );
}

describe('a key policy', () => {
  test('that names the account leaves it to IAM, and IAM must allow it', async () => {
    const { arn } = await newKey(root);
    const allowed = await user(berth, { policies: [identity('kms:Encrypt')] });
    const silent = await user(berth);

    await encrypt(allowed, arn);
    await expect(encrypt(silent, arn)).rejects.toEqual(denied(silent, 'Encrypt', arn, 'no identity-based policy'));
  });

  test('that does not name the account keeps IAM, and root, from the key', async () => {
    const admin = await user(berth, { policies: [identity('*')] });
    const other = await user(berth, { policies: [identity('*')] });
    const Policy = policy(allow(admin.arn, 'kms:*'));
    const { arn } = await newKey(kmsClient(berth, admin), { Policy });

    await encrypt(admin, arn);
    await expect(encrypt(other, arn)).rejects.toEqual(denied(other, 'Encrypt', arn));
    await expect(encrypt(undefined, arn)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('that names a user needs no IAM, and what denies him counts all the same', async () => {
    const named = await user(berth);
    const barred = await user(berth, { policies: [identity('kms:*', { Effect: 'Deny' })] });
    const { arn } = await newKey(root, {
      Policy: policy(allow(rootArn, 'kms:*'), allow([named.arn, barred.arn], 'kms:Encrypt')),
    });

    await encrypt(named, arn);
    await expect(encrypt(barred, arn)).rejects.toEqual(
      refused('AccessDeniedException', /explicit deny in an identity-based policy/),
    );
  });

  test('of another account needs the caller’s own account too', async () => {
    const theirs = await account(berth);
    const allowed = await user(berth, { account: theirs.account, policies: [identity('kms:*')] });
    const silent = await user(berth, { account: theirs.account });
    const { arn, id } = await newKey(root, {
      Policy: policy(allow(rootArn, 'kms:*'), allow(`arn:aws:iam::${theirs.account}:root`, 'kms:Encrypt')),
    });
    const closed = await newKey(root);

    expect(await encrypt(allowed, arn)).toMatchObject({ KeyId: arn });
    await expect(encrypt(silent, arn)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(encrypt(allowed, closed.arn)).rejects.toEqual(denied(allowed, 'Encrypt', closed.arn));
    // By its id it would be a key of his own account.
    await expect(encrypt(allowed, id)).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  test('tells nobody of another account whether a key exists', async () => {
    const theirs = await account(berth);
    const stranger = await user(berth, { account: theirs.account, policies: [identity('kms:*')] });
    const { arn } = await newKey(root);
    const none = arn.replace(/[0-9a-f]{8}-/, '00000000-');

    for (const it of [arn, none]) {
      await expect(encrypt(stranger, it)).rejects.toEqual(denied(stranger, 'Encrypt', it));
    }
  });

  test('does not let another account’s key be opened by its ciphertext', async () => {
    const theirs = await account(berth);
    const stranger = await user(berth, { account: theirs.account, policies: [identity('kms:*')] });
    const own = await user(berth);
    const { CiphertextBlob } = await encrypt(undefined, (await newKey(root)).arn);
    for (const it of [stranger, own]) {
      await expect(kmsClient(berth, it).decrypt({ CiphertextBlob })).rejects.toEqual(
        refused('AccessDeniedException', /^The ciphertext refers to a customer master key that does not exist/),
      );
    }
  });

  test('that would keep its maker from changing it is refused, unless he says that he knows', async () => {
    const admin = await user(berth, { policies: [identity('*')] });
    const kms = kmsClient(berth, admin);
    const Policy = policy(allow(admin.arn, 'kms:Encrypt'));
    const lockedOut = refused(
      'MalformedPolicyDocumentException',
      'The new key policy will not allow you to update the key policy in the future.',
    );
    await expect(kms.createKey({ Policy })).rejects.toEqual(lockedOut);
    const { id } = await newKey(kms);
    await expect(kms.putKeyPolicy({ KeyId: id, Policy })).rejects.toEqual(lockedOut);
    await kms.putKeyPolicy({ KeyId: id, Policy, BypassPolicyLockoutSafetyCheck: true });
    await expect(kms.putKeyPolicy({ KeyId: id, Policy })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('names nobody who is not there', async () => {
    await expect(
      newKey(root, {
        Policy: policy(allow(rootArn, 'kms:*'), allow(`arn:aws:iam::${berth.registry.account}:user/none`, 'kms:*')),
      }),
    ).rejects.toEqual(
      refused('MalformedPolicyDocumentException', 'Policy contains a statement with one or more invalid principals.'),
    );
  });

  test('is read back as it was written, and counts from the next call on', async () => {
    const named = await user(berth);
    const { id, arn } = await newKey(root);
    const standard = JSON.parse((await root.getKeyPolicy({ KeyId: id })).Policy ?? '');
    expect(standard).toMatchObject({ Id: 'key-default-1', Statement: [{ Sid: 'Enable IAM User Permissions' }] });

    const Policy = policy(allow(rootArn, 'kms:*'), allow(named.arn, 'kms:Encrypt'));
    await root.putKeyPolicy({ KeyId: id, Policy });
    await encrypt(named, arn);
    expect(await root.getKeyPolicy({ KeyId: id, PolicyName: 'default' })).toMatchObject({
      Policy,
      PolicyName: 'default',
    });
    await root.putKeyPolicy({ KeyId: id, Policy: policy(allow(rootArn, 'kms:*')) });
    await expect(encrypt(named, arn)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(root.getKeyPolicy({ KeyId: id, PolicyName: 'other' })).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    expect(await root.listKeyPolicies({ KeyId: id })).toMatchObject({ PolicyNames: ['default'], Truncated: false });
  });

  test.each([
    ['its context', { StringEquals: { 'kms:EncryptionContext:team': 'a' } }],
    ['the keys of its context', { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['team'] } }],
    [
      'its algorithm',
      { StringEquals: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT', 'kms:EncryptionContext:team': 'a' } },
    ],
    ['who asks', { StringEquals: { 'kms:CallerAccount': 'his', 'kms:EncryptionContext:team': 'a' } }],
    ['its tags', { StringEquals: { 'aws:ResourceTag/team': 'a', 'kms:EncryptionContext:team': 'a' } }],
    [
      'its alias',
      {
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/team' },
        StringEquals: { 'kms:EncryptionContext:team': 'a' },
      },
    ],
    [
      'its kind',
      {
        StringEquals: {
          'kms:KeySpec': 'SYMMETRIC_DEFAULT',
          'kms:KeyUsage': 'ENCRYPT_DECRYPT',
          'kms:KeyOrigin': 'AWS_KMS',
          'kms:EncryptionContext:team': 'a',
        },
      },
    ],
  ])('may ask for %s', async (_, written) => {
    const named = await user(berth);
    const Condition = JSON.parse(JSON.stringify(written).replace('"his"', `"${berth.registry.account}"`));
    const { id, arn } = await newKey(root, {
      Policy: policy(allow(rootArn, 'kms:*'), allow(named.arn, 'kms:Encrypt', { Condition })),
      Tags: [{ TagKey: 'team', TagValue: 'a' }],
    });
    await root.createAlias({ AliasName: 'alias/team', TargetKeyId: id });

    await encrypt(named, arn, { team: 'a' });
    await expect(encrypt(named, arn, { team: 'b', x: 'y' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('that may only be used by way of ECR is closed to who calls himself', async () => {
    const named = await user(berth);
    const Condition = { StringEquals: { 'kms:ViaService': 'ecr.us-east-1.amazonaws.com' } };
    const { arn } = await newKey(root, {
      Policy: policy(allow(rootArn, 'kms:*'), allow(named.arn, 'kms:*', { Condition })),
    });
    await expect(encrypt(named, arn)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('an alias', () => {
  test('is asked for, and so is the key', async () => {
    const { id, arn } = await newKey(root);
    const AliasName = 'alias/a';
    const aliasArn = `arn:aws:kms:us-east-1:${berth.registry.account}:alias/a`;
    const onAlias = await user(berth, { policies: [identity('kms:CreateAlias', { Resource: aliasArn })] });
    const onKey = await user(berth, { policies: [identity('kms:CreateAlias', { Resource: arn })] });
    const both = await user(berth, { policies: [identity('kms:CreateAlias', { Resource: [aliasArn, arn] })] });

    const create = (who: TestUser) => kmsClient(berth, who).createAlias({ AliasName, TargetKeyId: id });
    await expect(create(onAlias)).rejects.toEqual(denied(onAlias, 'CreateAlias', arn, 'no identity-based policy'));
    await expect(create(onKey)).rejects.toEqual(denied(onKey, 'CreateAlias', aliasArn, 'no identity-based policy'));
    await create(both);
  });
});

test('a session may what its role may, as far as the session’s own policy goes', async () => {
  const { arn } = await newKey(root);
  const acting = await role(berth, { policies: [identity('kms:*')] });
  const bounded = session(berth, acting, { policies: [JSON.stringify(identity('kms:Decrypt'))] });

  await encrypt(session(berth, acting), arn);
  await expect(encrypt(bounded, arn)).rejects.toEqual(refused('AccessDeniedException', /no session policy allows/));
});
