import { credentialsOf } from '../../storage/metadata/account-facts.ts';
import { findAccount } from '../../storage/metadata/accounts.ts';
import type { LoginProfileRow, UserRow } from '../../storage/metadata/identity-tables.ts';
import type { SeenKey } from '../../storage/metadata/user-keys.ts';
import { rootArn } from '../../values/arn.ts';
import { lastUseOf } from './access-keys.ts';
import { type Iam, iamArn } from './iam.ts';
import { keptOf } from './login-profiles.ts';
import { type PasswordPolicy, passwordPolicyOf } from './password-policy.ts';

const DAY = 24 * 60 * 60 * 1_000;

const COLUMNS = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  'access_key_1_active',
  'access_key_1_last_rotated',
  'access_key_1_last_used_date',
  'access_key_1_last_used_region',
  'access_key_1_last_used_service',
  'access_key_2_active',
  'access_key_2_last_rotated',
  'access_key_2_last_used_date',
  'access_key_2_last_used_region',
  'access_key_2_last_used_service',
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
] as const;

const NONE = 'N/A';
const NO_CERTIFICATES = ['false', NONE, 'false', NONE];

/** What each user of the account has to sign in with, as CSV: IAM User Guide, "Understanding the report format". */
export async function credentialReport(iam: Pick<Iam, 'metadata' | 'rules'>, account: string): Promise<string> {
  const { row, policy, users, profiles, keys } = await iam.metadata.read(async (tx) => ({
    row: await findAccount(tx, account),
    policy: await passwordPolicyOf(tx, account),
    ...(await credentialsOf(tx, account)),
  }));
  const profileOf = new Map(profiles.map((it) => [it.user_id, it]));
  const keysOf = Map.groupBy(keys, (it) => it.owner_id);

  const lines = [
    [
      '<root_account>',
      rootArn(account, iam.rules.regions[0]),
      timeOf(row?.created_at),
      ...['not_supported', NONE, 'not_supported', 'not_supported'],
      'false',
      ...keyColumns(keysOf.get(account)),
      ...NO_CERTIFICATES,
    ],
    ...users.map((user) => [
      user.name,
      iamArn(iam, 'user', user),
      timeOf(user.created_at),
      ...passwordColumns(user, profileOf.get(user.user_id), policy),
      'false',
      ...keyColumns(keysOf.get(user.user_id)),
      ...NO_CERTIFICATES,
    ]),
  ];
  // Names, ARNs and times have no comma but in names, where CSV quotes them.
  return [COLUMNS, ...lines].map((line) => line.map(quoted).join(',')).join('\n');
}

function passwordColumns(
  user: UserRow,
  profile: LoginProfileRow | undefined,
  policy: PasswordPolicy | undefined,
): readonly string[] {
  if (!profile) return ['false', NONE, NONE, NONE];
  const { changedAt } = keptOf(profile);
  const next = policy?.maxAge === undefined ? undefined : changedAt + policy.maxAge * DAY;
  const used = user.password_last_used === null ? 'no_information' : timeOf(user.password_last_used);
  return ['true', used, timeOf(changedAt), timeOf(next)];
}

function keyColumns(keys: readonly SeenKey[] = []): readonly string[] {
  return [keys[0], keys[1]].flatMap((key) => {
    if (!key) return ['false', NONE, NONE, NONE, NONE];
    const used = lastUseOf(key);
    const isActive = String(key.status === 'Active');
    return [isActive, timeOf(key.created_at), timeOf(used?.at.getTime()), used?.region ?? NONE, used?.service ?? NONE];
  });
}

function timeOf(milliseconds: number | undefined): string {
  return milliseconds === undefined ? NONE : `${new Date(milliseconds).toISOString().slice(0, 19)}+00:00`;
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
