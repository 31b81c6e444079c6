import * as archived from '../../../src/storage/metadata/archived-images.ts';
import * as pulls from '../../../src/storage/metadata/image-pulls.ts';
import * as signings from '../../../src/storage/metadata/image-signings.ts';
import * as uses from '../../../src/storage/metadata/image-uses.ts';
import * as judged from '../../../src/storage/metadata/judged-images.ts';
import * as actions from '../../../src/storage/metadata/lifecycle-actions.ts';
import * as policies from '../../../src/storage/metadata/lifecycle-policies.ts';
import * as previews from '../../../src/storage/metadata/lifecycle-previews.ts';
import * as repositories from '../../../src/storage/metadata/repositories.ts';
import * as history from '../../../src/storage/metadata/tag-history.ts';
import * as trash from '../../../src/storage/metadata/trash.ts';
import { REGISTRY } from '../many-rows.ts';
import { FEW, LIMIT, NOW, page, type Queries, some } from './page.ts';

const preview = { repositoryId: 'r0', previewId: 'p0' };
const place = { after: ['sha256:i2', ''] as const, limit: LIMIT };
const LATER = new Date(1_000);
const trashing = { now: NOW, by: undefined, purgeAt: NOW };

/** What happens to images, and what is known of them besides. */
export const IMAGE_QUERIES: Queries = {
  'lifecycle policies that are due': (tx) => policies.dueLifecyclePolicies(tx, LATER, LIMIT),
  'a lifecycle policy': (tx) => policies.holdLifecyclePolicy(tx, { repositoryId: 'r77', policyId: 'p' }),
  'what lifecycle policies did in a repository': (tx) => actions.lifecycleActionsOf(tx, 'r0', LIMIT),
  'what lifecycle policies did to a digest': (tx) => actions.lifecycleActionsOn(tx, 'sha256:i78', LIMIT),
  'what lifecycle policies did long ago': (tx) => actions.removeLifecycleActions(tx, LATER, LIMIT),
  'results of a preview': (tx) => previews.previewResults(tx, preview, { ...page, tagStatus: 'ANY' }),
  'untagged results of a preview': (tx) =>
    previews.previewResults(tx, preview, { after: 2_500, limit: LIMIT, tagStatus: 'UNTAGGED' }),
  'results of a preview for images': (tx) => previews.previewResultsFor(tx, preview, some('sha256:i')),
  'results of former previews': (tx) => previews.removeFormerResults(tx, { ...preview, previewId: 'p1' }, LIMIT),
  'removing results of a preview': (tx) => previews.removeResults(tx, preview, LIMIT),
  'previews that ended long ago': (tx) => previews.previewEndedBefore(tx, LATER),
  'images by push, for a policy': (tx) => judged.judgedImages(tx, 'r0', { after: [10_000, 'x'], limit: LIMIT }),
  'tags by image, for a policy': (tx) => judged.tagsByImage(tx, 'r0', place),
  'what indexes hold, for a policy': (tx) => judged.childrenByImage(tx, 'r0', place),
  'pulls by image, for a policy': (tx) => judged.pullsByImage(tx, 'r0', place),
  'uses by image, for a policy': (tx) => judged.usesByImage(tx, 'r0', place),
  'layers by image, for a policy': (tx) => judged.partsByImage(tx, 'r0', place),
  'last uses of images': (tx) => judged.lastUsesOf(tx, 'r0', some('sha256:i', FEW)),
  'archiving an image': (tx) => archived.markArchived(tx, 'r0', 'sha256:i77', NOW),

  'writing pulls down': (tx) =>
    pulls.addPulls(
      tx,
      some('sha256:i').map((digest) => ({ repository_id: 'r0', digest, tag: '', pulls: 1, last_pulled_at: 1 })),
    ),
  'last pulls of images': (tx) => pulls.lastPullsOf(tx, 'r0', some('sha256:i')),
  'what is pulled most': (tx) => pulls.pullsOf(tx, 'r0', LIMIT),
  'what a cluster runs': (tx) =>
    uses.putUses(
      tx,
      { repositoryId: 'r0', reporter: 'cluster-7' },
      some('sha256:i', FEW).map((digest) => ({
        repository_id: 'r0',
        digest,
        reporter: 'cluster-7',
        last_in_use_at: 1,
        in_use_count: 1,
        detail: null,
      })),
    ),
  'what is in use': (tx) => uses.usesAfter(tx, 'r0', { after: 'sha256:i1', limit: FEW }),
  'how much is in use': (tx) => uses.countUses(tx, 'r0'),

  'putting images in the trash': (tx) =>
    trash.trashImages(tx, { repositoryId: 'r0', tags: new Map() }, some('sha256:i'), trashing),
  'an image in the trash': (tx) => trash.findTrashedImage(tx, 'r0', 'sha256:i77'),
  'the trash of a repository': (tx) => trash.trashedImages(tx, 'r0', LIMIT),
  'removing from the trash': (tx) => trash.removeTrashedImage(tx, 'r0', 'sha256:i77'),
  'images in the trash whose time is over': (tx) => trash.purgeTrashedImages(tx, LATER, FEW),
  'a repository in the trash': (tx) => trash.findTrashedRepository(tx, REGISTRY, 'name-77'),
  'a repository in the trash whose time is over': (tx) => trash.dueRepository(tx, LATER),
  'the row of a repository in the trash': (tx) => trash.trashedRow(tx, 'r77'),
  'where a tag went': (tx) => history.tagHistoryOf(tx, 'r0', 't77', { until: LATER, limit: LIMIT }),
  'putting down where tags went': (tx) =>
    history.addTagHistory(
      tx,
      some('t').map((tag) => ({
        repository_id: 'r0',
        tag,
        at: 1,
        id: tag,
        from_digest: null,
        to_digest: 'sha256:i1',
        principal_arn: null,
        what: 'pushed',
      })),
    ),
  'where tags went long ago': (tx) => history.forgetTagHistory(tx, LATER, FEW),
  'signatures of an image': (tx) => signings.imageSignings(tx, 'r0', 'sha256:i77'),
  'beginning to sign an image': (tx) =>
    signings.beginImageSigning(tx, { repository_id: 'r0', digest: 'sha256:i77', profile_arn: 'new', now: NOW }),

  'removing a repository with all that is in it': (tx) =>
    repositories.removeRepository(tx, { id: 'r77', name: 'name-77' }),
};
