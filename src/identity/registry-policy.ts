import { getAccountSetting } from '../registry/account-settings.ts';
import { PolicyTextInvalid, RegistryPolicyNotFound } from '../registry/refusals.ts';
import type { Reading } from '../storage/metadata/port.ts';
import { findResourcePolicy, putResourcePolicy, removeResourcePolicy } from '../storage/metadata/resource-policies.ts';
import { repositoryArn } from '../values/arn.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { showPrincipals } from './name-principals.ts';
import { checkPolicy, policyRow } from './policy-on-resource.ts';
import { V1_ACTIONS } from './resource-policies.ts';

type Policies = Pick<World, 'metadata' | 'rules'>;

/**
 * Puts the policy on the registry. It speaks of repositories of this registry alone, under REGISTRY_POLICY_SCOPE V1 of
 * three actions alone. Nobody is locked out by it: the right to put another is on no repository. API_PutRegistryPolicy.
 *
 * @throws PolicyTextInvalid
 */
export async function putRegistryPolicy(
  world: Policies & Pick<World, 'clock' | 'ids'>,
  registry: RegistryId,
  text: string,
): Promise<void> {
  const invalid = (why: string) => PolicyTextInvalid({ of: 'registry', why });
  const policy = await checkPolicy(world, 'registry', text, invalid);

  const scope = await getAccountSetting(world, registry, 'REGISTRY_POLICY_SCOPE');
  for (const { resources, actions } of policy.parsed.statements) {
    const elsewhere = resources?.values.find((it) => !it.startsWith(repositoryArn(registry, '')));
    if (elsewhere !== undefined) throw invalid(`The resource ${elsewhere} is no repository of this registry.`);
    const further = scope === 'V1' && actions.values.find((it) => !isOfV1(it));
    if (further) throw invalid(`The action ${further} is not one of REGISTRY_POLICY_SCOPE V1.`);
  }

  const row = policyRow(world, { kind: 'registry', resource_id: idOf(registry) }, policy);
  await world.metadata.write((tx) => putResourcePolicy(tx, row));
}

/** @throws RegistryPolicyNotFound */
export function getRegistryPolicy({ metadata, rules }: Policies, registry: RegistryId): Promise<string> {
  return metadata.read((tx) => policyOf(tx, rules, registry));
}

/** Takes the policy off the registry and answers what it was. @throws RegistryPolicyNotFound */
export function deleteRegistryPolicy({ metadata, rules }: Policies, registry: RegistryId): Promise<string> {
  return metadata.write(async (tx) => {
    const text = await policyOf(tx, rules, registry);
    await removeResourcePolicy(tx, 'registry', idOf(registry));
    return text;
  });
}

async function policyOf(tx: Reading, rules: World['rules'], registry: RegistryId): Promise<string> {
  const row = await findResourcePolicy(tx, 'registry', idOf(registry));
  if (!row) throw RegistryPolicyNotFound({ registryId: registry.account });
  return showPrincipals(tx, row.document, JSON.parse(row.principals), rules);
}

function idOf({ account, region }: RegistryId): string {
  return `${account}/${region}`;
}

const V1 = new Set(Array.from(['ecr:*', ...V1_ACTIONS], (it) => it.toLowerCase()));

function isOfV1(action: string): boolean {
  return V1.has(action.toLowerCase());
}
