import { describe, expect, test } from 'vitest';
import type { Change, WhatChanged } from '../values/change.ts';
import { envelopeOf } from '../values/event.ts';
import { eventsOf } from './evaluate.ts';

const image = {
  digest: 'sha256:7f5b',
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  artifactType: 'application/vnd.oci.image.config.v1+json',
  subjectDigest: undefined,
};
const parts = { manifestSize: 10, layers: [] };

function change(what: WhatChanged): Change {
  return {
    id: 'c1',
    at: new Date('2026-11-28T15:04:05.678Z'),
    registry: { account: '123456789012', region: 'us-west-2' },
    repository: { id: 'r1', name: 'my/app' },
    by: undefined,
    what,
  };
}

/** What of the detail differs between the events of a change. */
function details(what: WhatChanged) {
  return eventsOf(change(what)).map(({ detail, detailType }) => ({ detailType, ...detail }));
}

test('a push of a tag is the event that ECR publishes, member by member', () => {
  const [event, ...more] = eventsOf(
    change({ kind: 'image-pushed', image, parts, tags: [{ tag: 'latest', from: undefined }] }),
  );

  expect(more).toEqual([]);
  expect(JSON.stringify(event && envelopeOf({ ...event, id: '13cde686-328b-6117-af20-0e5566167482' }))).toBe(
    JSON.stringify({
      version: '0',
      id: '13cde686-328b-6117-af20-0e5566167482',
      'detail-type': 'ECR Image Action',
      source: 'aws.ecr',
      account: '123456789012',
      time: '2026-11-28T15:04:05Z',
      region: 'us-west-2',
      resources: [],
      detail: {
        result: 'SUCCESS',
        'repository-name': 'my/app',
        'image-digest': 'sha256:7f5b',
        'action-type': 'PUSH',
        'image-tag': 'latest',
        'manifest-media-type': 'application/vnd.oci.image.manifest.v1+json',
        'artifact-media-type': 'application/vnd.oci.image.config.v1+json',
      },
    }),
  );
});

describe('each change has its events', () => {
  const push = { detailType: 'ECR Image Action', 'action-type': 'PUSH' };
  const deleted = { detailType: 'ECR Image Action', 'action-type': 'DELETE' };

  test('a push of two tags one each, also of a tag that moved', () => {
    const tags = [
      { tag: 'a', from: undefined },
      { tag: 'b', from: 'sha256:old' },
    ];
    expect(details({ kind: 'image-pushed', image, parts: undefined, tags })).toEqual([
      expect.objectContaining({ ...push, 'image-tag': 'a' }),
      expect.objectContaining({ ...push, 'image-tag': 'b' }),
    ]);
  });

  test('a push by digest one without a tag', () => {
    const [event, ...more] = details({ kind: 'image-pushed', image, parts, tags: [] });
    expect(event).toMatchObject(push);
    expect(event).not.toHaveProperty('image-tag');
    expect(more).toEqual([]);
  });

  test('a tag that went', () => {
    expect(details({ kind: 'tag-removed', image, tag: 'a' })).toEqual([
      expect.objectContaining({ ...deleted, 'image-tag': 'a' }),
    ]);
  });

  test('an image that went, for each of its tags', () => {
    const gone = { kind: 'image-deleted', image, parts, storageClass: 'STANDARD' } as const;
    expect(details({ ...gone, tags: ['a', 'b'] })).toEqual([
      expect.objectContaining({ ...deleted, 'image-tag': 'a' }),
      expect.objectContaining({ ...deleted, 'image-tag': 'b' }),
    ]);
    const [untagged] = details({ ...gone, tags: [] });
    expect(untagged).toMatchObject(deleted);
    expect(untagged).not.toHaveProperty('image-tag');
  });

  test('an archived and a restored image', () => {
    const changed = { kind: 'storage-class-changed', image, parts } as const;
    const [archived] = details({ ...changed, to: 'ARCHIVE' });
    expect(archived).toMatchObject({ 'action-type': 'UPDATE_STORAGE_CLASS', 'target-storage-class': 'ARCHIVE' });
    expect(archived).not.toHaveProperty('last-activated-at');
    expect(details({ ...changed, to: 'STANDARD' })).toEqual([
      expect.objectContaining({
        'target-storage-class': 'STANDARD',
        'last-activated-at': '2026-11-28T15:04:05.678Z',
      }),
    ]);
  });

  test('an artifact with a subject is told of as a referrer, and one without a type without it', () => {
    const referrer = { ...image, artifactType: undefined, subjectDigest: 'sha256:subject' };
    const [event] = details({ kind: 'image-pushed', image: referrer, parts, tags: [] });
    expect(event).toMatchObject({ detailType: 'ECR Referrer Action', 'action-type': 'PUSH' });
    expect(event).not.toHaveProperty('artifact-media-type');
  });

  test.each<WhatChanged>([
    { kind: 'repository-created', reason: 'request' },
    { kind: 'repository-deleted' },
    { kind: 'lifecycle-policy-changed' },
  ])('$kind has none', (what) => {
    expect(details(what)).toEqual([]);
  });
});
