import * as accounts from '../../../src/storage/metadata/accounts.ts';
import * as candidates from '../../../src/storage/metadata/candidates.ts';
import * as facts from '../../../src/storage/metadata/digest-facts.ts';
import * as images from '../../../src/storage/metadata/images.ts';
import * as integrity from '../../../src/storage/metadata/integrity.ts';
import * as journal from '../../../src/storage/metadata/journal.ts';
import * as layers from '../../../src/storage/metadata/layers.ts';
import * as namedImages from '../../../src/storage/metadata/named-images.ts';
import * as namedLayers from '../../../src/storage/metadata/named-layers.ts';
import * as objects from '../../../src/storage/metadata/objects.ts';
import * as referrers from '../../../src/storage/metadata/referrers.ts';
import * as repositories from '../../../src/storage/metadata/repositories.ts';
import * as tags from '../../../src/storage/metadata/tags.ts';
import * as uploads from '../../../src/storage/metadata/uploads.ts';
import { REGISTRY } from '../many-rows.ts';
import { LIMIT, NOW, page, type Queries, some } from './page.ts';

/** Repositories, images, layers, and the bytes behind them. */
export const REGISTRY_QUERIES: Queries = {
  'an access key': (tx) => accounts.findAccessKeyRow(tx, 'AKIA77'),
  'the access keys of a principal': (tx) => accounts.accessKeysOf(tx, 'arn77'),
  'removing access keys': (tx) => accounts.removeAccessKeys(tx, 'arn77', 'AKIA1'),
  'a repository': (tx) => repositories.findRepository(tx, REGISTRY, 'name-77'),
  'repositories by name': (tx) => repositories.repositoriesAfter(tx, REGISTRY, { after: 'name-5', limit: LIMIT }),
  'an image by tag': (tx) => images.findImageByTag(tx, 'r0', 't77'),
  'an image by tag, in a repository by name': (tx) => namedImages.imageByTagIn(tx, REGISTRY, 'name-0', 't77'),
  'an image by digest, in a repository by name': (tx) =>
    namedImages.imageByDigestIn(tx, REGISTRY, 'name-0', 'sha256:i77'),
  'an image by digest': (tx) => images.findImage(tx, 'r0', 'sha256:i77'),
  'images by push': (tx) => images.imagesByPush(tx, 'r0', { ...page, tagStatus: 'ANY' }),
  'images by push, further on': (tx) =>
    images.imagesByPush(tx, 'r0', { tagStatus: 'ANY', after: { pushedAt: 10_000, digest: 'x' }, limit: LIMIT }),
  'tagged images by push': (tx) => images.imagesByPush(tx, 'r0', { ...page, tagStatus: 'TAGGED' }),
  'untagged images by push': (tx) => images.imagesByPush(tx, 'r0', { ...page, tagStatus: 'UNTAGGED' }),
  'untagged images by digest': (tx) => images.untaggedAfter(tx, 'r0', { after: 'sha256:i2', limit: LIMIT }),
  'active images by push': (tx) => images.imagesByPush(tx, 'r0', { ...page, tagStatus: 'ANY', status: 'ACTIVE' }),
  'active images without a tag': (tx) =>
    images.untaggedAfter(tx, 'r0', { status: 'ACTIVE', after: 'sha256:i1', limit: LIMIT }),
  'whether a repository has images': (tx) => images.hasImages(tx, 'r0'),
  'which images are there': (tx) => images.presentImages(tx, 'r0', some('sha256:i')),
  'indexes of an image': (tx) => images.indexesHolding(tx, 'r0', 'sha256:i21'),
  referrers: (tx) => referrers.referrersAfter(tx, 'r0', 'sha256:i10', { ...page, artifactTypes: [] }),
  'referrers of a type': (tx) =>
    referrers.referrersAfter(tx, 'r0', 'sha256:i10', { ...page, artifactTypes: ['artifact'] }),
  'removing an image': (tx) => images.removeImages(tx, 'r0', [{ digest: 'sha256:i77', number: 77 }]),
  'tags by name': (tx) => tags.tagsAfter(tx, 'r0', { after: 't2', limit: LIMIT }),
  'tags of what can be pulled, by name': (tx) =>
    tags.tagsAfter(tx, 'r0', { status: 'ACTIVE', after: 't2', limit: LIMIT }),
  'tags of images': (tx) => tags.tagsOfImages(tx, 'r0', some('sha256:i', LIMIT)),
  'tags of an image': (tx) => tags.tagsOf(tx, 'r0', 'sha256:i77'),
  'the number of tags of an image': (tx) => tags.countTags(tx, 'r0', 'sha256:i77'),
  'a layer, and whether an image needs it': (tx) => layers.findLayerRow(tx, 'r0', 'sha256:d77'),
  'a layer, in a repository by name': (tx) => namedLayers.layerIn(tx, REGISTRY, 'name-0', 'sha256:d77'),
  'which layers are there': (tx) => layers.presentLayers(tx, 'r0', some('sha256:d')),
  'images that need a layer': (tx) => layers.imagesUsingLayer(tx, 'r0', 'sha256:d77', 10),
  'repositories that hold a layer': (tx) => layers.repositoriesHolding(tx, REGISTRY, 'sha256:d77', 20),
  'layers of an image': (tx) => layers.partsOfImage(tx, 'r0', 'sha256:i77'),
  'extending leases of images': (tx) => layers.extendLeasesOfImages(tx, [{ number: 77 }, { number: 78 }], NOW),
  'extending leases': (tx) => layers.extendLease(tx, 'r0', some('sha256:d'), NOW),
  'layers whose lease ran out': (tx) => layers.removeExpiredLayers(tx, NOW, LIMIT),
  'an object by digest': (tx) => objects.findLiveObject(tx, REGISTRY, 'sha256:d77'),
  'layers whose bytes were lost': (tx) =>
    objects.replaceLostObjects(
      tx,
      {
        object_key: 'o77',
        ...REGISTRY,
        digest: 'sha256:d77',
        size: 1,
        state: 'live',
        created_at: 1,
        stored_size: 1,
        seal: null,
        key_scope: '',
      },
      'r0',
    ),
  'objects to collect': (tx) => candidates.takeCandidates(tx, LIMIT),
  'why objects are queued': (tx) => candidates.queuedReasons(tx, some('o')),
  'queueing the objects of a repository': (tx) => candidates.queueObjectsOf(tx, 'r77', 'why'),
  'bytes to remove': (tx) => journal.pendingRemovals(tx, { now: NOW, after: undefined, limit: LIMIT }),
  'bytes to remove, when none are due': (tx) =>
    journal.pendingRemovals(tx, { now: new Date(0), after: undefined, limit: LIMIT }),
  'noting what was removed': (tx) => journal.noteRemoved(tx, some('g'), NOW),
  'journal entries to forget': (tx) => journal.forgetCollected(tx, NOW, LIMIT),
  'what the journal says of a digest': (tx) => journal.collectedOf(tx, 'sha256:g77', 10),
  'uploads that nobody went on with': (tx) => uploads.takeExpiredUploads(tx, NOW, LIMIT),
  'an upload': (tx) => uploads.findUpload(tx, 'u77'),
  'objects of a digest': (tx) => facts.objectsOfDigest(tx, 'sha256:d77', 10),
  'layers of an object': (tx) => facts.layersOfObject(tx, 'o77', 10),
  'repositories with an image': (tx) => facts.repositoriesWithImage(tx, 'sha256:i77', 10),
  'known keys': (tx) => integrity.knownKeys(tx, some('o', LIMIT)),
  'objects by key': (tx) => integrity.objectsAfter(tx, 'o5', LIMIT),
  'layers by key': (tx) => integrity.layersAfter(tx, { repository_id: 'r0', digest: 'sha256:d5' }, LIMIT),
  'images by key': (tx) => integrity.imagesAfter(tx, { repository_id: 'r0', digest: 'sha256:i5' }, 10),
  'tags by key': (tx) => integrity.allTagsAfter(tx, { repository_id: 'r0', tag: 't5' }, LIMIT),
  'uploads by id': (tx) => integrity.uploadsAfter(tx, 'u5', LIMIT),
};
