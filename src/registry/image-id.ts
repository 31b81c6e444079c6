import { isTag } from '../values/names.ts';

/** An image as the ECR API names it: by digest, by tag, or by both, which must agree. */
export interface ImageId {
  readonly imageDigest?: string | undefined;
  readonly imageTag?: string | undefined;
}

/** Why one of several images could not be had: a failure in an answer that succeeds. */
export interface ImageFailure {
  readonly imageId: ImageId;
  readonly failureCode:
    | 'InvalidImageDigest'
    | 'InvalidImageTag'
    | 'ImageTagDoesNotMatchDigest'
    | 'ImageNotFound'
    | 'MissingDigestAndTag'
    | 'ImageReferencedByManifestList'
    | 'ImageInaccessible'
    | 'KmsError';
  readonly failureReason: string;
}

const DIGEST = /^[a-zA-Z0-9\-_+.]+:[a-fA-F0-9]{64,128}$/;

/** What is wrong with the form of an image id; undefined when it can be looked up. */
export function malformed(imageId: ImageId): ImageFailure | undefined {
  const { imageDigest, imageTag } = imageId;
  if (imageDigest === undefined && imageTag === undefined) {
    return failure({}, 'MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null');
  }
  if (imageDigest !== undefined && !DIGEST.test(imageDigest)) {
    const regex = '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+';
    return failure(
      imageId,
      'InvalidImageDigest',
      `Invalid request parameters: image digest should satisfy the regex '${regex}'`,
    );
  }
  if (imageTag !== undefined && !isTag(imageTag)) {
    const regex = '[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}';
    return failure(
      imageId,
      'InvalidImageTag',
      `Invalid request parameters: image tag should satisfy the regex '${regex}'`,
    );
  }
  return undefined;
}

export function imageNotFound(imageId: ImageId): ImageFailure {
  return failure(imageId, 'ImageNotFound', 'Requested image not found');
}

export function tagElsewhere(imageId: ImageId): ImageFailure {
  return failure(imageId, 'ImageTagDoesNotMatchDigest', 'The image tag does not match the image digest');
}

export function referencedByIndexes(imageId: ImageId, indexes: readonly string[]): ImageFailure {
  return failure(
    imageId,
    'ImageReferencedByManifestList',
    `Requested image referenced by manifest list: [${indexes.join(', ')}]`,
  );
}

export function archived(imageId: ImageId): ImageFailure {
  return failure(imageId, 'ImageInaccessible', 'Requested image is archived and must be restored before it is pulled');
}

/** The image cannot be decrypted now: `why` is what KMS says. */
export function keyUnusable(imageId: ImageId, why: string): ImageFailure {
  return failure(imageId, 'KmsError', why);
}

function failure(imageId: ImageId, failureCode: ImageFailure['failureCode'], failureReason: string): ImageFailure {
  return { imageId, failureCode, failureReason };
}
