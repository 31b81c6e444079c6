import { repositoryIn } from '../registry/get-repository.ts';
import { noteChange } from '../registry/note-change.ts';
import type { Repository } from '../registry/repository.ts';
import {
  findLifecyclePolicy,
  putLifecyclePolicy as putRow,
  removeLifecyclePolicy,
} from '../storage/metadata/lifecycle-policies.ts';
import type { LifecyclePolicyRow } from '../storage/metadata/lifecycle-tables.ts';
import type { Reading, Writing } from '../storage/metadata/port.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { nextRun } from './next-run.ts';
import { parsePolicy } from './parse-policy.ts';
import { LifecyclePolicyNotFound } from './refusals.ts';

export interface OfRepository {
  readonly registry: RegistryId;
  readonly repositoryName: string;
}

export interface StoredPolicy {
  /** As it was given. */
  readonly text: string;
  /** When it was last run; 1970 for one that never was. */
  readonly lastEvaluatedAt: Date;
}

/**
 * Puts the policy on the repository, instead of the one that it had. It is run soon. API_PutLifecyclePolicy.
 *
 * @throws RepositoryNotFound, PolicyInvalid
 */
export async function putLifecyclePolicy(
  world: Pick<World, 'metadata' | 'clock' | 'ids' | 'actor' | 'rules'>,
  { registry, repositoryName, text }: OfRepository & { readonly text: string },
): Promise<void> {
  await world.metadata.write(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    parsePolicy(text, { extensions: world.rules.lifecycleExtensions });
    await placePolicy(world, tx, repository, text);
  });
}

/** The same inside a transaction, for a policy that has been parsed. */
export async function placePolicy(
  world: Pick<World, 'clock' | 'ids' | 'actor'>,
  tx: Writing,
  repository: Repository,
  text: string,
): Promise<void> {
  const now = world.clock.now();
  await putRow(tx, {
    repository_id: repository.id,
    id: world.ids.uuid(),
    policy_text: text,
    put_at: now.getTime(),
    last_evaluated_at: 0,
    due_at: nextRun(repository.id, now).getTime(),
  });
  await noteChange(world, tx, repository, { kind: 'lifecycle-policy-changed' });
}

/** @throws RepositoryNotFound, LifecyclePolicyNotFound */
export function getLifecyclePolicy({ metadata }: Pick<World, 'metadata'>, of: OfRepository): Promise<StoredPolicy> {
  return metadata.read(async (tx) => storedPolicy((await policyOf(tx, of)).row));
}

/**
 * Takes the policy off the repository and answers what it was. What a run has not done by then, it does not do.
 *
 * @throws RepositoryNotFound, LifecyclePolicyNotFound
 */
export function deleteLifecyclePolicy(
  world: Pick<World, 'metadata' | 'clock' | 'ids' | 'actor'>,
  of: OfRepository,
): Promise<StoredPolicy> {
  return world.metadata.write(async (tx) => {
    const { repository, row } = await policyOf(tx, of);
    await removeLifecyclePolicy(tx, repository.id);
    await noteChange(world, tx, repository, { kind: 'lifecycle-policy-changed' });
    return storedPolicy(row);
  });
}

/** @throws RepositoryNotFound, LifecyclePolicyNotFound */
export async function policyOf(tx: Reading, { registry, repositoryName }: OfRepository) {
  const repository = await repositoryIn(tx, registry, repositoryName);
  const row = await findLifecyclePolicy(tx, repository.id);
  if (!row) throw LifecyclePolicyNotFound({ repositoryName, registryId: registry.account });
  return { repository, row };
}

function storedPolicy(row: LifecyclePolicyRow): StoredPolicy {
  return { text: row.policy_text, lastEvaluatedAt: new Date(Number(row.last_evaluated_at)) };
}
