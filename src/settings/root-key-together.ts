import type { SettingKey } from './table.ts';

/** What each place of a root key needs to be told. */
const NEEDS: Readonly<Record<string, readonly (readonly [SettingKey, string])[]>> = {
  'aws-kms': [['rootKmsKeyId', 'BERTH_ROOT_KMS_KEY_ID']],
  vault: [
    ['rootVaultAddress', 'BERTH_ROOT_VAULT_ADDRESS'],
    ['rootVaultKey', 'BERTH_ROOT_VAULT_KEY'],
  ],
};

const PAIRS: readonly (readonly [SettingKey, SettingKey, string, string])[] = [
  ['rootKmsAccessKeyId', 'rootKmsSecretAccessKey', 'BERTH_ROOT_KMS_ACCESS_KEY_ID', 'BERTH_ROOT_KMS_SECRET_ACCESS_KEY'],
  ['rootVaultRoleId', 'rootVaultSecretId', 'BERTH_ROOT_VAULT_ROLE_ID', 'BERTH_ROOT_VAULT_SECRET_ID'],
];

/** Whether a root key lies with the installation, and not with somebody else alone. */
export function hasLocalKey(named: ReadonlyMap<SettingKey, unknown>): boolean {
  const given = named.get('rootKeyProvider');
  return !Array.isArray(given) || given.includes('local');
}

/** What is wrong with the settings of the root key together. */
export function rootKeyTogether(named: ReadonlyMap<SettingKey, unknown>): string[] {
  const given = named.get('rootKeyProvider');
  const providers: readonly unknown[] = Array.isArray(given) ? given : ['local'];
  const problems: string[] = [];
  for (const [provider, needed] of Object.entries(NEEDS)) {
    const missing = needed.filter(([key]) => !named.has(key)).map(([, variable]) => variable);
    if (providers.includes(provider) && missing.length > 0) {
      problems.push(`BERTH_ROOT_KEY_PROVIDER names ${provider}, and ${missing.join(', ')} is not set. Set it.`);
    }
    const idle = needed.filter(([key]) => named.has(key)).map(([, variable]) => variable);
    if (!providers.includes(provider) && idle.length > 0) {
      problems.push(
        `${idle.join(', ')} is set, and BERTH_ROOT_KEY_PROVIDER does not name ${provider}: BERTH_ROOT_KEY_PROVIDER=${provider}.`,
      );
    }
  }
  for (const [one, other, oneName, otherName] of PAIRS) {
    if (named.has(one) === named.has(other)) continue;
    const [is, isNot] = named.has(one) ? [oneName, otherName] : [otherName, oneName];
    problems.push(`${is} is set and ${isNot} is not. Set both, or neither.`);
  }
  if (providers.includes('vault') && named.has('rootVaultToken') === named.has('rootVaultRoleId')) {
    problems.push('Vault needs either BERTH_ROOT_VAULT_TOKEN or BERTH_ROOT_VAULT_ROLE_ID with its secret.');
  }
  return problems;
}
