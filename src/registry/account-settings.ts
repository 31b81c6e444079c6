import { findAccountSetting, setAccountSetting } from '../storage/metadata/accounts.ts';
import type { Fidelity } from '../values/fidelity.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Core } from './core.ts';
import { InvalidParameter } from './refusals.ts';

/** The settings that an account has in each region, and the values that each may take; the first is ECR's default. */
const SETTINGS = new Map<string, readonly [string, ...string[]]>([
  ['BASIC_SCAN_TYPE_VERSION', ['AWS_NATIVE', 'CLAIR']],
  ['REGISTRY_POLICY_SCOPE', ['V2', 'V1']],
  ['BLOB_MOUNTING', ['DISABLED', 'ENABLED']],
]);

/**
 * The setting's value, or its default. API_GetAccountSetting.
 *
 * @throws InvalidParameter for a setting that does not exist.
 */
export async function getAccountSetting(
  core: Pick<Core, 'metadata' | 'rules'>,
  registry: RegistryId,
  name: string,
): Promise<string> {
  const fallback = defaultOf(name, core.rules.fidelity);
  return (await core.metadata.readOne((tx) => findAccountSetting(tx, registry, name))) ?? fallback;
}

/**
 * Sets it and answers the value. API_PutAccountSetting.
 *
 * @throws InvalidParameter for a setting or a value that does not exist.
 */
export async function putAccountSetting(
  core: Pick<Core, 'metadata'>,
  registry: RegistryId,
  name: string,
  value: string,
): Promise<string> {
  const allowed = valuesOf(name);
  if (!allowed.includes(value)) {
    throw InvalidParameter({
      member: 'value',
      constraint: `Member must satisfy enum value set: [${allowed.join(', ')}]`,
    });
  }
  await core.metadata.write((tx) => setAccountSetting(tx, registry, name, value));
  return value;
}

function valuesOf(name: string): readonly [string, ...string[]] {
  const values = SETTINGS.get(name);
  if (!values) {
    throw InvalidParameter({
      member: 'name',
      constraint: `Member must satisfy enum value set: [${[...SETTINGS.keys()].join(', ')}]`,
    });
  }
  return values;
}

/** docs/differences.md, "Layers shared between repositories": mounting is on unless it is switched off. */
function defaultOf(name: string, fidelity: Fidelity): string {
  const [ecr] = valuesOf(name);
  return name === 'BLOB_MOUNTING' && fidelity === 'superset' ? 'ENABLED' : ecr;
}
