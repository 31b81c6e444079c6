import { accountWithAlias, countOfEach, holdAliases, setAlias } from '../../storage/metadata/account-facts.ts';
import { changeIdentity, findAccount } from '../../storage/metadata/accounts.ts';
import { KEYS_PER_USER } from './access-keys.ts';
import { GROUPS_AT_MOST, GROUPS_PER_USER } from './groups.ts';
import type { Iam } from './iam.ts';
import { entityExists, InvalidInput, noSuchEntity } from './refusals.ts';
import { USERS_AT_MOST } from './users.ts';

const AliasNotFound = noSuchEntity<{ alias: string }>((f) => `The account alias ${f.alias} cannot be found.`);

const AliasAlreadyExists = entityExists<{ alias: string }>((f) => `The account alias ${f.alias} already exists.`);

/** Gives the account an alias, in place of the one that it has. @throws AliasAlreadyExists, InvalidInput */
export async function createAlias(iam: Pick<Iam, 'metadata'>, account: string, alias: string): Promise<void> {
  if (/^[0-9]{12}$/.test(alias))
    throw InvalidInput({ what: 'An account alias must not have the form of an account id.' });
  await iam.metadata.write(async (tx) => {
    await holdAliases(tx);
    await changeIdentity(tx, account);
    const owner = await accountWithAlias(tx, alias);
    if (owner !== undefined) throw AliasAlreadyExists({ alias });
    await setAlias(tx, account, alias);
  });
}

/** @throws AliasNotFound when the account has another one or none */
export async function deleteAlias(iam: Pick<Iam, 'metadata'>, account: string, alias: string): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    if ((await findAccount(tx, account))?.alias !== alias) throw AliasNotFound({ alias });
    await setAlias(tx, account, null);
  });
}

/** One or none. */
export async function aliasesOf(iam: Pick<Iam, 'metadata'>, account: string): Promise<readonly string[]> {
  const row = await iam.metadata.read((tx) => findAccount(tx, account));
  return row?.alias ? [row.alias] : [];
}

/** What an account has, and what it may have: API_GetAccountSummary, with its names. What is not kept here is 0. */
export async function accountSummary(iam: Pick<Iam, 'metadata'>, account: string) {
  const counts = await iam.metadata.read((tx) => countOfEach(tx, account));
  return {
    Users: Number(counts.users_count),
    UsersQuota: USERS_AT_MOST,
    Groups: Number(counts.groups_count),
    GroupsQuota: GROUPS_AT_MOST,
    ServerCertificates: 0,
    ServerCertificatesQuota: 20,
    UserPolicySizeQuota: 2_048,
    GroupPolicySizeQuota: 5_120,
    GroupsPerUserQuota: GROUPS_PER_USER,
    SigningCertificatesPerUserQuota: 2,
    AccessKeysPerUserQuota: KEYS_PER_USER,
    MFADevices: 0,
    MFADevicesInUse: 0,
    AccountMFAEnabled: 0,
    AccountAccessKeysPresent: Number(counts.root_keys_count) > 0 ? 1 : 0,
    AccountPasswordPresent: 0,
    AccountSigningCertificatesPresent: 0,
    AttachedPoliciesPerGroupQuota: 10,
    AttachedPoliciesPerRoleQuota: 10,
    AttachedPoliciesPerUserQuota: 10,
    Policies: Number(counts.policies_count),
    PoliciesQuota: 1_500,
    PolicySizeQuota: 6_144,
    PolicyVersionsInUse: Number(counts.versions_in_use_count),
    PolicyVersionsInUseQuota: 10_000,
    VersionsPerPolicyQuota: 5,
    GlobalEndpointTokenVersion: 2,
    AssumeRolePolicySizeQuota: 2_048,
    InstanceProfiles: Number(counts.instance_profiles_count),
    InstanceProfilesQuota: 1_000,
    Providers: Number(counts.providers_count),
    RolePolicySizeQuota: 10_240,
    Roles: Number(counts.roles_count),
    RolesQuota: 1_000,
  };
}

/** When the account became known. */
export async function accountCreatedAt(iam: Pick<Iam, 'metadata'>, account: string): Promise<Date> {
  const row = await iam.metadata.read((tx) => findAccount(tx, account));
  return new Date(row?.created_at ?? 0);
}
