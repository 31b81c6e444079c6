import { setPasswordPolicy } from '../../storage/metadata/account-facts.ts';
import { changeIdentity, findAccount } from '../../storage/metadata/accounts.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { defineRefusal } from '../../values/refusal.ts';
import type { Iam } from './iam.ts';
import { noSuchEntity } from './refusals.ts';

/** What an account asks of the passwords of its users. */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly needsSymbols: boolean;
  readonly needsNumbers: boolean;
  readonly needsUpperCase: boolean;
  readonly needsLowerCase: boolean;
  /** Whether users may change their own without being allowed to by a policy. */
  readonly letsUsersChange: boolean;
  /** Days; undefined: they do not grow old. */
  readonly maxAge: number | undefined;
  /** How many earlier ones may not come back. */
  readonly remembered: number | undefined;
  /** Whether who is too late needs an administrator. */
  readonly isHardExpiry: boolean | undefined;
}

export const PasswordPolicyViolation = defineRefusal<{ what: string }>({
  code: 'PasswordPolicyViolation',
  oci: { code: 'UNSUPPORTED', status: 405 },
  message: (f) => f.what,
});

const PasswordPolicyNotFound = noSuchEntity<{ account: string }>(
  (f) => `The Password Policy with domain name ${f.account} cannot be found.`,
);

/** @throws PasswordPolicyNotFound while the default holds */
export async function getPasswordPolicy(iam: Pick<Iam, 'metadata'>, account: string): Promise<PasswordPolicy> {
  const policy = await iam.metadata.read((tx) => passwordPolicyOf(tx, account));
  if (!policy) throw PasswordPolicyNotFound({ account });
  return policy;
}

/** Takes the place of the whole policy before. */
export async function putPasswordPolicy(
  iam: Pick<Iam, 'metadata'>,
  account: string,
  policy: PasswordPolicy,
): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    await setPasswordPolicy(tx, account, JSON.stringify(policy));
  });
}

/** @throws PasswordPolicyNotFound */
export async function deletePasswordPolicy(iam: Pick<Iam, 'metadata'>, account: string): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    if (!(await passwordPolicyOf(tx, account))) throw PasswordPolicyNotFound({ account });
    await setPasswordPolicy(tx, account, null);
  });
}

export async function letsUsersChangePassword(iam: Pick<Iam, 'metadata'>, account: string): Promise<boolean> {
  const policy = await iam.metadata.read((tx) => passwordPolicyOf(tx, account));
  return policy?.letsUsersChange ?? false;
}

/** Undefined while the default holds. */
export async function passwordPolicyOf(tx: Reading, account: string): Promise<PasswordPolicy | undefined> {
  const text = (await findAccount(tx, account))?.password_policy;
  return text ? (JSON.parse(text) as PasswordPolicy) : undefined;
}

const UPPER = /[A-Z]/;
const LOWER = /[a-z]/;
const DIGIT = /[0-9]/;
const SYMBOL = /[!@#$%^&*()_+\-=[\]{}|']/;

/**
 * Whether the policy lets a password be. Without one it has eight letters, of three of four kinds, and is not the name of
 * its user or account.
 *
 * @throws PasswordPolicyViolation
 */
export function checkPassword(
  policy: PasswordPolicy | undefined,
  password: string,
  { userName, account }: { readonly userName: string; readonly account: string },
): void {
  const minimum = policy?.minimumLength ?? 8;
  if (Array.from(password).length < minimum) {
    throw PasswordPolicyViolation({ what: `Password should have a minimum length of ${minimum}` });
  }
  const isName = [userName, account].some((it) => it.toLowerCase() === password.toLowerCase());
  if (isName) throw PasswordPolicyViolation({ what: 'Password should not be the name of the user or the account' });
  if (policy) {
    const needed: readonly (readonly [boolean, RegExp, string])[] = [
      [policy.needsUpperCase, UPPER, 'uppercase letter'],
      [policy.needsLowerCase, LOWER, 'lowercase letter'],
      [policy.needsNumbers, DIGIT, 'number'],
      [policy.needsSymbols, SYMBOL, 'symbol'],
    ];
    const missing = needed.find(([isNeeded, kind]) => isNeeded && !kind.test(password));
    if (missing) throw PasswordPolicyViolation({ what: `Password should have at least one ${missing[2]}` });
  } else if ([UPPER, LOWER, DIGIT, SYMBOL].filter((kind) => kind.test(password)).length < 3) {
    const kinds = 'uppercase letters, lowercase letters, numbers and symbols';
    throw PasswordPolicyViolation({ what: `Password should have at least three of: ${kinds}` });
  }
}
