import { getRepository, repositoryIn } from '../registry/get-repository.ts';
import { PolicyTextInvalid, RepositoryPolicyNotFound } from '../registry/refusals.ts';
import { holdRepository } from '../storage/metadata/holds.ts';
import type { Reading } from '../storage/metadata/port.ts';
import { findResourcePolicy, putResourcePolicy, removeResourcePolicy } from '../storage/metadata/resource-policies.ts';
import { repositoryArn } from '../values/arn.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import type { Caller } from './caller.ts';
import { locksOut } from './lock-out.ts';
import { showPrincipals } from './name-principals.ts';
import { checkPolicy, policyRow } from './policy-on-resource.ts';

/** Whose policy is meant. */
export interface OfRepository {
  readonly registry: RegistryId;
  readonly repositoryName: string;
}

type Policies = Pick<World, 'metadata' | 'rules'>;

/**
 * Puts the policy on the repository. Order of checks as API_SetRepositoryPolicy; without `force` one that would keep the
 * caller from setting another is refused.
 *
 * @throws RepositoryNotFound, PolicyTextInvalid
 */
export async function setRepositoryPolicy(
  world: Policies & Pick<World, 'clock' | 'ids'>,
  caller: Caller,
  { registry, repositoryName, text, force }: OfRepository & { readonly text: string; readonly force: boolean },
): Promise<void> {
  await getRepository(world, registry, repositoryName);
  const invalid = (why: string) => PolicyTextInvalid({ of: 'repository', why });
  const policy = await checkPolicy(world, 'repository', text, invalid);

  const change = { action: 'ecr:SetRepositoryPolicy', arn: repositoryArn(registry, repositoryName) };
  if (!force && (await locksOut(world, caller, { ...change, kind: 'repository', policy: policy.compiled }))) {
    throw invalid('It would not allow you to set another one later. With force it is set nevertheless.');
  }

  const row = policyRow(world, { kind: 'repository', resource_id: '' }, policy);
  await world.metadata.write(async (tx) => {
    const { id } = await repositoryIn(tx, registry, repositoryName);
    // Nobody may delete it meanwhile, or the policy would stay behind.
    await holdRepository(tx, id);
    await putResourcePolicy(tx, { ...row, resource_id: id });
  });
}

/**
 * The policy as it was given; see `showPrincipals`.
 *
 * @throws RepositoryNotFound, RepositoryPolicyNotFound
 */
export function getRepositoryPolicy({ metadata, rules }: Policies, of: OfRepository): Promise<string> {
  return metadata.read(async (tx) => (await policyOf(tx, rules, of)).text);
}

/**
 * Takes the policy off the repository and answers what it was.
 *
 * @throws RepositoryNotFound, RepositoryPolicyNotFound
 */
export function deleteRepositoryPolicy({ metadata, rules }: Policies, of: OfRepository): Promise<string> {
  return metadata.write(async (tx) => {
    const { id, text } = await policyOf(tx, rules, of);
    await removeResourcePolicy(tx, 'repository', id);
    return text;
  });
}

async function policyOf(
  tx: Reading,
  rules: World['rules'],
  { registry, repositoryName }: OfRepository,
): Promise<{ id: string; text: string }> {
  const { id } = await repositoryIn(tx, registry, repositoryName);
  const row = await findResourcePolicy(tx, 'repository', id);
  if (!row) throw RepositoryPolicyNotFound({ repositoryName, registryId: registry.account });
  return { id, text: await showPrincipals(tx, row.document, JSON.parse(row.principals), rules) };
}
