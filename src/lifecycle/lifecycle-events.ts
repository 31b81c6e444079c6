import type { Repository } from '../registry/repository.ts';
import { repositoryArn } from '../values/arn.ts';
import type { LifecyclePolicy, LifecycleRule } from '../values/lifecycle-policy.ts';
import type { ServiceEvent } from '../values/service-event.ts';
import type { World } from '../world.ts';

/** ECR writes another record for each ten images, and leaves out all tags of one but the first hundred. */
const IMAGES_OF_A_RECORD = 10;
const TAGS_OF_AN_IMAGE = 100;

export interface RecordedImage {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly pushedAt: number;
  readonly rule: number | undefined;
  /** Why nothing was done to it after all. */
  readonly failure?: { readonly code: string; readonly reason: string } | undefined;
}

export interface RecordedRun {
  readonly name: ServiceEvent['name'];
  readonly repository: Pick<Repository, 'name' | 'registry'>;
  readonly policy: LifecyclePolicy;
  readonly policyId: string;
  readonly lastEvaluatedAt: number;
  readonly images: readonly RecordedImage[];
}

/** The service events that tell of a run, or of a part of it. "Understanding Amazon ECR log file entries". */
export function lifecycleEvents(
  { clock, ids }: Pick<World, 'clock' | 'ids'>,
  { name, repository, policy, policyId, lastEvaluatedAt, images }: RecordedRun,
): ServiceEvent[] {
  const lifecycleEventPolicy = {
    lifecycleEventRules: policy.rules.map(describeRule),
    lastEvaluatedAt,
    policyVersion: 1,
    policyId,
  };
  const events: ServiceEvent[] = [];
  for (let at = 0; at < images.length || at === 0; at += IMAGES_OF_A_RECORD) {
    const some = images.slice(at, at + IMAGES_OF_A_RECORD);
    const { done = [], failed = [] } = Object.groupBy(some, (it) => (it.failure === undefined ? 'done' : 'failed'));
    events.push({
      id: ids.uuid(),
      at: clock.now(),
      name,
      registry: repository.registry,
      resource: repositoryArn(repository.registry, repository.name),
      details: {
        repositoryName: repository.name,
        lifecycleEventPolicy,
        lifecycleEventImageActions: done.map(describeImage),
        lifecycleEventFailureDetails: failed.map((it) => ({
          ...describeImage(it),
          failureCode: it.failure?.code,
          failureReason: it.failure?.reason,
        })),
      },
    });
  }
  return events;
}

function describeImage({ digest, tags, pushedAt, rule }: RecordedImage): Record<string, unknown> {
  return {
    lifecycleEventImage: {
      digest,
      tagStatus: tags.length > 0 ? 'Tagged' : 'Untagged',
      tagList: tags.slice(0, TAGS_OF_AN_IMAGE),
      pushedAt,
    },
    ...(rule !== undefined && { rulePriority: rule }),
  };
}

const COUNT_TYPES = {
  imageCountMoreThan: 'Image count more than',
  sinceImagePushed: 'Time since image pushed',
  sinceImagePulled: 'Time since image pulled',
  sinceImageTransitioned: 'Time since image transitioned',
} as const satisfies Record<LifecycleRule['countType'], string>;

function describeRule(rule: LifecycleRule): Record<string, unknown> {
  const { priority, description, tags, countType, countNumber, action, storageClass } = rule;
  return {
    rulePriority: priority,
    ...(description !== undefined && { description }),
    lifecycleEventSelection: {
      tagStatus: tags.kind === 'any' ? 'Any' : tags.kind === 'untagged' ? 'Untagged' : 'Tagged',
      tagPrefixList: tags.kind === 'prefixes' ? tags.prefixes : [],
      tagPatternList: tags.kind === 'patterns' ? tags.patterns : [],
      countType: COUNT_TYPES[countType],
      ...(countType !== 'imageCountMoreThan' && { countUnit: 'Days' }),
      countNumber,
      ...(storageClass === 'archive' && { storageClass: 'Archive' }),
    },
    action,
  };
}
