import { costOfBytes, type MonthlyCost } from '../metering/price.ts';
import { repositoryIn } from '../registry/get-repository.ts';
import { imageFactsOf } from '../storage/metadata/images.ts';
import { partsByImage } from '../storage/metadata/judged-images.ts';
import { findLifecyclePolicy } from '../storage/metadata/lifecycle-policies.ts';
import type { StorageClass } from '../values/change.ts';
import type { LifecycleAction } from '../values/lifecycle-policy.ts';
import type { World } from '../world.ts';
import { inPages } from './in-pages.ts';
import { judgeRepository } from './judge-repository.ts';
import { tagsBeside } from './match.ts';
import { parsePolicy } from './parse-policy.ts';
import { type PlannedAction, planActions } from './plan.ts';
import type { OfRepository } from './put-policy.ts';
import { LifecyclePolicyNotFound } from './refusals.ts';
import { sayWhy } from './say-why.ts';

export interface Simulation {
  readonly at: Date;
  readonly images: number;
  readonly expiring: number;
  readonly transitioning: number;
  /** What would really be freed: layers that no image needs that stays, each once, and manifests. */
  readonly freedBytes: number;
  /** What those bytes cost in a month, by the price book of this installation. */
  readonly freedPerMonth: MonthlyCost;
  /** In the order in which a run would act. */
  readonly actions: readonly SimulatedAction[];
}

export interface SimulatedAction {
  readonly digest: string;
  readonly tags: readonly string[];
  /** Tags that the rule does not name, and that go all the same. */
  readonly otherTags: readonly string[];
  readonly pushedAt: Date;
  readonly action: LifecycleAction;
  readonly rule: number | undefined;
  readonly why: string;
}

type Simulating = Pick<World, 'metadata' | 'rules'>;

/**
 * What a policy would do at a time, which may be one to come: the text, or else the policy that the repository has. All
 * else is as it is now.
 *
 * @throws RepositoryNotFound, LifecyclePolicyNotFound, PolicyInvalid
 */
export async function simulateLifecycle(
  world: Simulating,
  { registry, repositoryName, text, at }: OfRepository & { readonly text: string | undefined; readonly at: Date },
): Promise<Simulation> {
  const { id, said } = await world.metadata.read(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    return { id: repository.id, said: text ?? (await findLifecyclePolicy(tx, repository.id))?.policy_text };
  });
  if (said === undefined) throw LifecyclePolicyNotFound({ repositoryName, registryId: registry.account });
  const policy = parsePolicy(said, { extensions: world.rules.lifecycleExtensions });
  const { images, verdicts } = await judgeRepository(world, { repositoryId: id, policy, at });
  const planned = planActions(images, verdicts);
  const expiring = planned.filter((it) => it.verdict.action === 'expire');
  const freed = await freedBy(world, id, expiring);
  const rules = new Map(policy.rules.map((it) => [it.priority, it]));
  return {
    at,
    images: images.length,
    expiring: expiring.length,
    transitioning: planned.length - expiring.length,
    freedBytes: freed.STANDARD + freed.ARCHIVE,
    freedPerMonth: costOf(world, registry.region, freed),
    actions: planned.map(({ image, verdict }) => {
      const rule = verdict.rule === undefined ? undefined : rules.get(verdict.rule);
      return {
        digest: image.digest,
        tags: image.tags,
        otherTags: rule ? tagsBeside(rule.tags, image.tags) : [],
        pushedAt: new Date(image.pushedAt),
        action: verdict.action,
        rule: verdict.rule,
        why: sayWhy(verdict),
      };
    }),
  };
}

type Bytes = Record<StorageClass, number>;

/** Bytes of what would go, in the class in which it is paid for. */
async function freedBy(
  { metadata }: Simulating,
  repositoryId: string,
  expiring: readonly PlannedAction[],
): Promise<Bytes> {
  const going = new Map(expiring.map(({ image }) => [image.digest, image]));
  const freed: Bytes = { STANDARD: 0, ARCHIVE: 0 };
  return metadata.read(async (tx) => {
    const facts = await imageFactsOf(tx, repositoryId, [...going.keys()]);
    for (const { status, manifest_size } of facts.values()) freed[classOf(status)] += Number(manifest_size);

    const staying = new Set<string>();
    const layers = new Map<string, { readonly size: number; readonly in: StorageClass }>();
    await inPages(
      partsByImage,
      { tx, repositoryId, position: (it) => [it.image_digest, it.layer_digest] },
      ({ image_digest, layer_digest, size }) => {
        const image = going.get(image_digest);
        if (!image) staying.add(layer_digest);
        // A layer that active and archived images need is paid for as one of the active ones.
        else if (layers.get(layer_digest)?.in !== 'STANDARD')
          layers.set(layer_digest, { size: Number(size), in: classOf(image.status) });
      },
    );
    for (const [digest, layer] of layers) if (!staying.has(digest)) freed[layer.in] += layer.size;
    return freed;
  });
}

function classOf(status: string): StorageClass {
  return status === 'ARCHIVED' ? 'ARCHIVE' : 'STANDARD';
}

function costOf({ rules }: Simulating, region: string, freed: Bytes): MonthlyCost {
  const [standard, archive] = (['STANDARD', 'ARCHIVE'] as const).map((storageClass) =>
    costOfBytes(rules.prices, { region, storageClass, bytes: freed[storageClass] }),
  );
  const amount = Number(standard?.amount ?? 0) + Number(archive?.amount ?? 0);
  return { amount: amount.toFixed(10).replace(/\.?0+$/, ''), currency: standard?.currency ?? '' };
}
