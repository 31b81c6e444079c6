import { changeIdentity } from '../../storage/metadata/accounts.ts';
import type { LoginProfileRow } from '../../storage/metadata/identity-tables.ts';
import {
  addLoginProfile,
  changeLoginProfile,
  findLoginProfile,
  removeLoginProfile,
} from '../../storage/metadata/login-profiles.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { defineRefusal } from '../../values/refusal.ts';
import type { Iam } from './iam.ts';
import { checkPassword, PasswordPolicyViolation, passwordPolicyOf } from './password-policy.ts';
import { type KeptPassword, keepPassword, whichPassword } from './passwords.ts';
import { entityExists, noSuchEntity } from './refusals.ts';
import { userRow } from './users.ts';

/** What lets a user sign in to the console. */
export interface LoginProfile {
  readonly userName: string;
  readonly createdAt: Date;
  readonly isResetRequired: boolean;
}

interface Login {
  readonly password?: string | undefined;
  readonly isResetRequired?: boolean | undefined;
}

const LoginProfileNotFound = noSuchEntity<{ userName: string }>(
  (f) => `Login Profile for User ${f.userName} cannot be found.`,
);

const LoginProfileAlreadyExists = entityExists<{ userName: string }>(
  (f) => `Login Profile for user ${f.userName} already exists.`,
);

const WrongPassword = defineRefusal<Record<never, never>>({
  code: 'AccessDenied',
  status: 403,
  oci: { code: 'UNSUPPORTED', status: 405 },
  message: () => 'The old password was incorrect.',
});

/** @throws EntityNotFound, LoginProfileAlreadyExists, PasswordPolicyViolation */
export async function createLoginProfile(
  iam: Iam,
  account: string,
  name: string,
  { password, isResetRequired = false }: Login & { readonly password: string },
): Promise<LoginProfile> {
  // A hash takes its time, which nobody may wait for inside a transaction.
  await iam.metadata.read((tx) => checkNewPassword(tx, account, { name, password }));
  const kept = await keepPassword(iam, password);
  return iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const { user_id: userId, name: userName } = await checkNewPassword(tx, account, { name, password });
    if (await findLoginProfile(tx, userId)) throw LoginProfileAlreadyExists({ userName });
    const row: LoginProfileRow = {
      user_id: userId,
      password_hash: JSON.stringify(kept),
      reset_required: isResetRequired ? 1 : 0,
      created_at: iam.clock.now().getTime(),
    };
    await addLoginProfile(tx, row);
    return describe(row, userName);
  });
}

/** @throws EntityNotFound, LoginProfileNotFound */
export function getLoginProfile(iam: Pick<Iam, 'metadata'>, account: string, name: string): Promise<LoginProfile> {
  return iam.metadata.read(async (tx) => {
    const { row, userName } = await profileOf(tx, account, name);
    return describe(row, userName);
  });
}

/** What is not given stays. @throws EntityNotFound, LoginProfileNotFound, PasswordPolicyViolation */
export async function updateLoginProfile(
  iam: Iam,
  account: string,
  name: string,
  { password, isResetRequired }: Login,
): Promise<void> {
  const before = await iam.metadata.read((tx) => profileOf(tx, account, name));
  const kept = password === undefined ? undefined : await renewed(iam, account, { ...before, password });
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const { row } = await profileOf(tx, account, name);
    await changeLoginProfile(tx, row.user_id, {
      ...(kept && { password_hash: JSON.stringify(kept) }),
      ...(isResetRequired !== undefined && { reset_required: isResetRequired ? 1 : 0 }),
    });
  });
}

/** @throws EntityNotFound, LoginProfileNotFound */
export async function deleteLoginProfile(iam: Pick<Iam, 'metadata'>, account: string, name: string): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const { user_id: userId, name: userName } = await userRow(tx, account, name);
    if (!(await removeLoginProfile(tx, userId))) throw LoginProfileNotFound({ userName });
  });
}

/** @throws EntityNotFound, LoginProfileNotFound, WrongPassword, PasswordPolicyViolation */
export async function changePassword(
  iam: Iam,
  account: string,
  name: string,
  { oldPassword, newPassword }: { readonly oldPassword: string; readonly newPassword: string },
): Promise<void> {
  const before = await iam.metadata.read((tx) => profileOf(tx, account, name));
  if ((await whichPassword(oldPassword, keptOf(before.row))) !== 0) throw WrongPassword({});
  const kept = await renewed(iam, account, { ...before, password: newPassword });
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const { row } = await profileOf(tx, account, name);
    // Of two who change it at once the second has named a password that holds no more.
    if (row.password_hash !== before.row.password_hash) throw WrongPassword({});
    await changeLoginProfile(tx, row.user_id, { password_hash: JSON.stringify(kept), reset_required: 0 });
  });
}

/** The password that holds, and when it was set. */
export function keptOf(row: Pick<LoginProfileRow, 'password_hash'>): KeptPassword {
  return JSON.parse(row.password_hash) as KeptPassword;
}

/** A new password in place of the one before. @throws PasswordPolicyViolation */
async function renewed(
  iam: Iam,
  account: string,
  { row, userName, password }: { row: LoginProfileRow; userName: string; password: string },
): Promise<KeptPassword> {
  const policy = await iam.metadata.read((tx) => passwordPolicyOf(tx, account));
  checkPassword(policy, password, { userName, account });
  const before = keptOf(row);
  const remembered = policy?.remembered ?? 0;
  if (remembered > 0) {
    const which = await whichPassword(password, before);
    if (which !== undefined && which < remembered) {
      throw PasswordPolicyViolation({ what: `Password should not be one of the last ${remembered} passwords` });
    }
  }
  return keepPassword(iam, password, before);
}

async function checkNewPassword(
  tx: Reading,
  account: string,
  { name, password }: { readonly name: string; readonly password: string },
): Promise<{ user_id: string; name: string }> {
  const user = await userRow(tx, account, name);
  checkPassword(await passwordPolicyOf(tx, account), password, { userName: user.name, account });
  return user;
}

async function profileOf(
  tx: Reading,
  account: string,
  name: string,
): Promise<{ row: LoginProfileRow; userName: string }> {
  const { user_id: userId, name: userName } = await userRow(tx, account, name);
  const row = await findLoginProfile(tx, userId);
  if (!row) throw LoginProfileNotFound({ userName });
  return { row, userName };
}

function describe(row: LoginProfileRow, userName: string): LoginProfile {
  return { userName, createdAt: new Date(row.created_at), isResetRequired: row.reset_required === 1 };
}
