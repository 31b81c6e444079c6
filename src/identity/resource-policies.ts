import { compilePolicy } from '../policy/compile.ts';
import type { ResourcePolicy } from '../policy/types.ts';
import { findResourcePolicy, repositoryAccess } from '../storage/metadata/resource-policies.ts';
import { parseRepositoryArn } from '../values/arn.ts';
import type { World } from '../world.ts';

/** The policies that are on a resource, and what else of it policies may ask for. */
export interface ResourceFacts {
  readonly policies: readonly ResourcePolicy[];
  /** The id of the repository; undefined when there is none. */
  readonly repositoryId: string | undefined;
}

const NONE: ResourceFacts = { policies: [], repositoryId: undefined };

/** The actions of a registry policy under REGISTRY_POLICY_SCOPE V1: ECR User Guide, "Registry policy scope". */
export const V1_ACTIONS: ReadonlySet<string> = new Set([
  'ecr:ReplicateImage',
  'ecr:BatchImportUpstreamImage',
  'ecr:CreateRepository',
]);

/**
 * The repository policy and the registry policy that count when `action` is done to what an ARN names. Compiled ones are
 * kept under their versions.
 */
export async function resourcePoliciesOf(
  world: Pick<World, 'metadata'>,
  { arn, action }: { readonly arn: string; readonly action: string },
): Promise<ResourceFacts> {
  const parts = parseRepositoryArn(arn);
  if (!parts) return NONE;
  const { registry, repositoryName: name } = parts;
  const row = await world.metadata.readOne((tx) => repositoryAccess(tx, { ...registry, name }));
  const policies: ResourcePolicy[] = [];
  if (row.repository_id !== null && row.repository_version !== null) {
    policies.push(...(await compiledOf(world, 'repository', row.repository_id, row.repository_version)));
  }
  if (row.registry_version !== null && (row.registry_scope !== 'V1' || V1_ACTIONS.has(action))) {
    const id = `${registry.account}/${registry.region}`;
    policies.push(...(await compiledOf(world, 'registry', id, row.registry_version)));
  }
  return { policies, repositoryId: row.repository_id ?? undefined };
}

const caches = new WeakMap<World['metadata'], Map<string, { version: string; policies: readonly ResourcePolicy[] }>>();
const KEPT_AT_MOST = 2_000;

/** One or none: a policy may have been deleted since its version was read. */
export async function compiledOf(
  world: Pick<World, 'metadata'>,
  kind: 'repository' | 'registry' | 'key',
  id: string,
  version: string,
): Promise<readonly ResourcePolicy[]> {
  const cache = caches.getOrInsertComputed(world.metadata, () => new Map());
  const key = `${kind} ${id}`;
  const known = cache.get(key);
  if (known?.version === version) return known.policies;
  const row = await world.metadata.readOne((tx) => findResourcePolicy(tx, kind, id));
  if (!row) return [];
  const principals = new Map(Object.entries(JSON.parse(row.principals) as Record<string, string>));
  const policy = compilePolicy(row.document, principals);
  const policies: ResourcePolicy[] = [{ policy, id: kind, source: 'resource', kind }];
  if (cache.size >= KEPT_AT_MOST) cache.clear();
  cache.set(key, { version: row.version, policies });
  return policies;
}
