import type { Change, ChangedImage } from '../values/change.ts';
import type { Json, NewEvent } from '../values/event.ts';

const SOURCE = 'aws.ecr';

/**
 * The events that ECR tells of a change: Amazon ECR User Guide, "Amazon ECR events and EventBridge". One for each tag
 * that was placed or went, one for an image without a tag; of an artifact with a subject as a referrer.
 */
export function eventsOf(change: Change): NewEvent[] {
  const { what } = change;
  switch (what.kind) {
    case 'image-pushed':
      return perTag(
        what.tags.map((it) => it.tag),
        (tag) => imageEvent(change, what.image, 'PUSH', tag),
      );
    case 'tag-removed':
      return [imageEvent(change, what.image, 'DELETE', { 'image-tag': what.tag })];
    case 'image-deleted':
      return perTag(what.tags, (tag) => imageEvent(change, what.image, 'DELETE', tag));
    case 'storage-class-changed':
      return [
        imageEvent(change, what.image, 'UPDATE_STORAGE_CLASS', {
          'target-storage-class': what.to,
          ...(what.to === 'STANDARD' && { 'last-activated-at': change.at.toISOString() }),
        }),
      ];
    case 'repository-created':
    case 'repository-deleted':
    case 'lifecycle-policy-changed':
      return [];
  }
}

type Members = Readonly<Record<string, Json>>;

function perTag(tags: readonly string[], event: (tag: Members) => NewEvent): NewEvent[] {
  return tags.length === 0 ? [event({})] : tags.map((it) => event({ 'image-tag': it }));
}

function imageEvent(
  { at, registry, repository }: Change,
  { digest, mediaType, artifactType, subjectDigest }: ChangedImage,
  action: string,
  members: Members,
): NewEvent {
  return {
    source: SOURCE,
    detailType: subjectDigest === undefined ? 'ECR Image Action' : 'ECR Referrer Action',
    time: at,
    registry,
    resources: [],
    detail: {
      result: 'SUCCESS',
      'repository-name': repository.name,
      'image-digest': digest,
      'action-type': action,
      ...members,
      'manifest-media-type': mediaType,
      ...(artifactType !== undefined && { 'artifact-media-type': artifactType }),
    },
  };
}
