import type { ImageFailure as Failure, ImageId } from '../../registry/image-id.ts';
import type { ImageFailure, ImageIdentifier } from '../model/ecr.ts';

/** What an answer says of an image: its digest, and the tag where it is about a tag. */
export function describeImageId({ imageDigest, imageTag }: ImageId): ImageIdentifier {
  return { ...(imageDigest !== undefined && { imageDigest }), ...(imageTag !== undefined && { imageTag }) };
}

/** Why one of several images could not be had. */
export function describeFailure({ imageId, failureCode, failureReason }: Failure): ImageFailure {
  return { imageId: describeImageId(imageId), failureCode, failureReason };
}
