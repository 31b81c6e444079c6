import type { IAM } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type KeptPassword, keepPassword } from '../../../src/identity/iam/passwords.ts';
import { addLoginProfile } from '../../../src/storage/metadata/login-profiles.ts';
import { startBerth, type TestBerth } from '../../berth.ts';
import { denying, role, session, setPolicies, type TestUser, user } from '../../identity.ts';
import { refused } from '../client.ts';
import { allows, iamClient } from './client.ts';

const SECRET = 'Secret-words-1';

let berth: TestBerth;
let iam: IAM;
let someone: TestUser;
beforeEach(async () => {
  berth = await startBerth();
  iam = iamClient(berth);
  someone = await user(berth, { name: 'u', policies: [JSON.parse(allows('iam:ChangePassword'))] });
});
afterEach(() => berth.stop());

/** Of so little cost that a test can change passwords: one that follows another is kept at the cost of that. */
const QUICK: KeptPassword = {
  cost: { N: 2, r: 1, p: 1 },
  salt: Buffer.alloc(16).toString('base64'),
  hashes: [Buffer.alloc(32).toString('base64')],
  changedAt: 0,
};

/** Gives the user a login without the half second that the hash of a first password takes. */
async function giveLogin(password: string): Promise<void> {
  const kept = await keepPassword(berth.world, password, QUICK);
  const row = { user_id: someone.id, password_hash: JSON.stringify(kept), reset_required: 1, created_at: 0 };
  await berth.world.metadata.write((tx) => addLoginProfile(tx, row));
}

const violation = (what: string | RegExp) => refused('PasswordPolicyViolationException', what);

describe('a login profile', () => {
  test('is made, read, changed and deleted, and its password is nowhere', async () => {
    const { LoginProfile } = await iam.createLoginProfile({
      UserName: 'u',
      Password: SECRET,
      PasswordResetRequired: true,
    });

    expect(LoginProfile).toEqual({ UserName: 'u', CreateDate: expect.any(Date), PasswordResetRequired: true });
    expect((await iam.getLoginProfile({ UserName: 'u' })).LoginProfile).toEqual(LoginProfile);
    await expect(iam.createLoginProfile({ UserName: 'u', Password: SECRET })).rejects.toEqual(
      refused('EntityAlreadyExistsException', 'Login Profile for user u already exists.'),
    );
    await iam.updateLoginProfile({ UserName: 'u', PasswordResetRequired: false });
    expect((await iam.getLoginProfile({ UserName: 'u' })).LoginProfile?.PasswordResetRequired).toBe(false);
    const row = await berth.world.metadata.read((tx) => tx.selectFrom('iam_login_profiles').selectAll().execute());
    expect(JSON.stringify([row, berth.log])).not.toContain(SECRET);
    await iam.deleteLoginProfile({ UserName: 'u' });
    const none = refused('NoSuchEntityException', 'Login Profile for User u cannot be found.');
    await expect(iam.getLoginProfile({ UserName: 'u' })).rejects.toEqual(none);
    await expect(iam.deleteLoginProfile({ UserName: 'u' })).rejects.toEqual(none);
    await expect(iam.updateLoginProfile({ UserName: 'u', Password: SECRET })).rejects.toEqual(none);
  });

  test('needs a password, of a user who is there', async () => {
    await expect(iam.createLoginProfile({ UserName: 'u' })).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(iam.createLoginProfile({ UserName: 'nobody', Password: SECRET })).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });

  test.each([
    ['Short-1', /minimum length of 8/],
    ['onlylowerandmore', /at least three of/],
    ['lower-and-symbols', /at least three of/],
    ['123456789012', /name of the user or the account/],
  ])('is not made with %s where no policy says more', async (Password, what) => {
    await expect(iam.createLoginProfile({ UserName: 'u', Password })).rejects.toEqual(violation(what));
  });
});

describe('ChangePassword', () => {
  test('changes the password of the user who asks and knows it', async () => {
    await giveLogin(SECRET);
    const own = iamClient(berth, someone);
    const wrong = refused('AccessDenied', 'The old password was incorrect.');

    await expect(own.changePassword({ OldPassword: 'Wrong-words-1', NewPassword: 'Other-words-2' })).rejects.toEqual(
      wrong,
    );
    await own.changePassword({ OldPassword: SECRET, NewPassword: 'Other-words-2' });

    await expect(own.changePassword({ OldPassword: SECRET, NewPassword: 'Third-words-3' })).rejects.toEqual(wrong);
    expect((await iam.getLoginProfile({ UserName: 'u' })).LoginProfile?.PasswordResetRequired).toBe(false);
    await expect(own.changePassword({ OldPassword: 'Other-words-2', NewPassword: 'short' })).rejects.toEqual(
      violation(/minimum length/),
    );
  });

  test('is for users alone', async () => {
    const admin = await role(berth, { policies: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
    const change = { OldPassword: SECRET, NewPassword: 'Other-words-2' };
    const notAUser = refused('InvalidUserTypeException', 'Only IAM Users can change their own password');

    await expect(iam.changePassword(change)).rejects.toEqual(notAUser);
    await expect(iamClient(berth, session(berth, admin)).changePassword(change)).rejects.toEqual(notAUser);
    await expect(iamClient(berth, someone).changePassword(change)).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });

  test('is let by the password policy, but not against a policy that denies it', async () => {
    await giveLogin(SECRET);
    const own = iamClient(berth, someone);
    await setPolicies(berth, someone, []);

    await expect(own.changePassword({ OldPassword: SECRET, NewPassword: 'Other-words-2' })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('not authorized to perform: iam:ChangePassword'),
    });
    await iam.updateAccountPasswordPolicy({ AllowUsersToChangePassword: true });
    await own.changePassword({ OldPassword: SECRET, NewPassword: 'Other-words-2' });
    await setPolicies(berth, someone, [denying('iam:ChangePassword')]);
    await expect(own.changePassword({ OldPassword: 'Other-words-2', NewPassword: SECRET })).rejects.toMatchObject({
      message: expect.stringContaining('with an explicit deny'),
    });
  });
});

describe('the password policy', () => {
  test('is none at first, is replaced as a whole, and deleted', async () => {
    const none = refused('NoSuchEntityException', 'The Password Policy with domain name 123456789012 cannot be found.');
    await expect(iam.getAccountPasswordPolicy({})).rejects.toEqual(none);
    await expect(iam.deleteAccountPasswordPolicy({})).rejects.toEqual(none);

    await iam.updateAccountPasswordPolicy({ MinimumPasswordLength: 12, MaxPasswordAge: 90, HardExpiry: true });
    expect((await iam.getAccountPasswordPolicy({})).PasswordPolicy).toEqual({
      MinimumPasswordLength: 12,
      RequireSymbols: false,
      RequireNumbers: false,
      RequireUppercaseCharacters: false,
      RequireLowercaseCharacters: false,
      AllowUsersToChangePassword: false,
      ExpirePasswords: true,
      MaxPasswordAge: 90,
      HardExpiry: true,
    });
    await iam.updateAccountPasswordPolicy({ RequireSymbols: true });
    expect((await iam.getAccountPasswordPolicy({})).PasswordPolicy).toMatchObject({
      MinimumPasswordLength: 6,
      RequireSymbols: true,
      ExpirePasswords: false,
    });
    await iam.deleteAccountPasswordPolicy({});
    await expect(iam.getAccountPasswordPolicy({})).rejects.toEqual(none);
  });

  test.each([
    [{ MinimumPasswordLength: 20 }, /minimum length of 20/],
    [{ RequireUppercaseCharacters: true }, /one uppercase letter/],
    [{ RequireLowercaseCharacters: true, RequireNumbers: true }, /one number/],
    [{ RequireSymbols: true }, /one symbol/],
  ])('%o is asked of new passwords', async (policy, what) => {
    await iam.updateAccountPasswordPolicy(policy);

    await expect(iam.createLoginProfile({ UserName: 'u', Password: 'onlyletters' })).rejects.toEqual(violation(what));
  });

  test('may keep the last passwords from coming back', async () => {
    await iam.updateAccountPasswordPolicy({ PasswordReusePrevention: 2 });
    await giveLogin('first-one');
    const set = (Password: string) => iam.updateLoginProfile({ UserName: 'u', Password });

    await expect(set('first-one')).rejects.toEqual(violation(/one of the last 2 passwords/));
    await set('second-one');
    await expect(set('first-one')).rejects.toEqual(violation(/one of the last 2 passwords/));
    await set('third-one');
    await set('first-one');
  });

  test('is refused with a figure out of bounds', async () => {
    await expect(iam.updateAccountPasswordPolicy({ MinimumPasswordLength: 5 })).rejects.toMatchObject({
      name: 'ValidationError',
    });
    await expect(iam.updateAccountPasswordPolicy({ PasswordReusePrevention: 25 })).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });
});
