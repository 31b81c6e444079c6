import { defineRefusal } from '../values/refusal.ts';

/*
 * The expected noes of the registry, with ECR's own words: programs match them. Mind the article: `in the registry with
 * id` where something was not found, `in registry with id` elsewhere.
 */

interface InRepository extends Record<string, unknown> {
  repositoryName: string;
  registryId: string;
}

export const InvalidParameter = defineRefusal<{ member: string; constraint: string }>({
  code: 'InvalidParameterException',
  oci: { code: 'UNSUPPORTED', status: 405 },
  message: (f) => `Invalid parameter at '${f.member}' failed to satisfy constraint: '${f.constraint}'`,
});

export const RepositoryNotFound = defineRefusal<InRepository>({
  code: 'RepositoryNotFoundException',
  oci: { code: 'NAME_UNKNOWN', status: 404 },
  message: (f) =>
    `The repository with name '${f.repositoryName}' does not exist in the registry with id '${f.registryId}'`,
});

export const RepositoryAlreadyExists = defineRefusal<InRepository>({
  code: 'RepositoryAlreadyExistsException',
  oci: { code: 'DENIED', status: 409 },
  message: (f) =>
    `The repository with name '${f.repositoryName}' already exists in the registry with id '${f.registryId}'`,
});

export const RepositoryNotEmpty = defineRefusal<InRepository>({
  code: 'RepositoryNotEmptyException',
  oci: { code: 'DENIED', status: 409 },
  message: (f) =>
    `The repository with name '${f.repositoryName}' in registry with id '${f.registryId}' cannot be deleted because it still contains images`,
});

export const RepositoryPolicyNotFound = defineRefusal<InRepository>({
  code: 'RepositoryPolicyNotFoundException',
  oci: { code: 'DENIED', status: 404 },
  message: (f) =>
    `Repository policy does not exist for the repository with name '${f.repositoryName}' in the registry with id '${f.registryId}'`,
});

export const RegistryPolicyNotFound = defineRefusal<{ registryId: string }>({
  code: 'RegistryPolicyNotFoundException',
  oci: { code: 'DENIED', status: 404 },
  message: (f) => `Registry policy does not exist in the registry with id '${f.registryId}'`,
});

/** A policy that is not taken: ECR's text for all of them, with what is wrong behind it. */
export const PolicyTextInvalid = defineRefusal<{ of: 'repository' | 'registry'; why: string }>({
  code: 'InvalidParameterException',
  oci: { code: 'UNSUPPORTED', status: 405 },
  message: (f) =>
    `Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid ${f.of} policy provided' (${f.why})`,
});

export const LimitExceeded = defineRefusal<{ what: string }>({
  code: 'LimitExceededException',
  oci: { code: 'DENIED', status: 403 },
  message: (f) => f.what,
});

export const InvalidTagParameter = defineRefusal<{ what: string }>({
  code: 'InvalidTagParameterException',
  oci: { code: 'DENIED', status: 400 },
  message: (f) => f.what,
});

export const TooManyTags = defineRefusal<{ limit: number }>({
  code: 'TooManyTagsException',
  oci: { code: 'DENIED', status: 400 },
  message: (f) =>
    `The list of tags on the repository is over the limit. The maximum number of tags that can be applied to a repository is ${f.limit}.`,
});

export const ImageNotFound = defineRefusal<
  InRepository & { imageDigest?: string | undefined; imageTag?: string | undefined }
>({
  code: 'ImageNotFoundException',
  oci: { code: 'MANIFEST_UNKNOWN', status: 404 },
  message: (f) =>
    `The image with imageId {imageDigest:'${f.imageDigest ?? 'null'}', imageTag:'${f.imageTag ?? 'null'}'} does not exist within the repository with name '${f.repositoryName}' in the registry with id '${f.registryId}'`,
});

export const ImageAlreadyExists = defineRefusal<InRepository & { imageDigest: string; imageTag?: string | undefined }>({
  code: 'ImageAlreadyExistsException',
  oci: { code: 'MANIFEST_INVALID', status: 409 },
  message: (f) =>
    `Image with digest '${f.imageDigest}' and tag '${f.imageTag ?? 'null'}' already exists in the repository with name '${f.repositoryName}' in registry with id '${f.registryId}'`,
});

/** The ending is what programs match: ECR's newer one came with exclusion filters. */
export const ImageTagAlreadyExists = defineRefusal<{ imageTag: string; repositoryName: string; mode: string }>({
  code: 'ImageTagAlreadyExistsException',
  oci: { code: 'TAG_INVALID', status: 400 },
  message: (f) =>
    `The image tag '${f.imageTag}' already exists in the '${f.repositoryName}' repository and cannot be overwritten because the ${f.mode === 'IMMUTABLE' ? 'repository' : 'tag'} is immutable.`,
});

export const ImageDigestDoesNotMatch = defineRefusal<{ expected: string; actual: string }>({
  code: 'ImageDigestDoesNotMatchException',
  oci: { code: 'DIGEST_INVALID', status: 400 },
  message: (f) => `The specified image digest '${f.expected}' does not match the digest of the manifest, '${f.actual}'`,
});

export const StorageClassUpdateNotSupported = defineRefusal<{ digest: string; why: string }>({
  code: 'ImageStorageClassUpdateNotSupportedException',
  oci: { code: 'UNSUPPORTED', status: 405 },
  message: (f) =>
    `The requested image storage class update is not supported: the image with digest '${f.digest}' ${f.why}`,
});

export const ExclusionAlreadyExists = defineRefusal<{ principalArn: string; registryId: string }>({
  code: 'ExclusionAlreadyExistsException',
  oci: { code: 'DENIED', status: 409 },
  message: (f) =>
    `A pull time update exclusion for the principal '${f.principalArn}' already exists in the registry with id '${f.registryId}'`,
});

export const ExclusionNotFound = defineRefusal<{ principalArn: string; registryId: string }>({
  code: 'ExclusionNotFoundException',
  oci: { code: 'DENIED', status: 404 },
  message: (f) =>
    `A pull time update exclusion for the principal '${f.principalArn}' does not exist in the registry with id '${f.registryId}'`,
});

export const LayersNotFound = defineRefusal<InRepository & { missing: readonly string[] }>({
  code: 'LayersNotFoundException',
  oci: { code: 'MANIFEST_BLOB_UNKNOWN', status: 404 },
  message: (f) =>
    `Layers with digests '[${f.missing.join(', ')}]' required for pushing image into repository with name '${f.repositoryName}' in the registry with id '${f.registryId}' do not exist`,
});

/** The same code for a layer that is asked for itself. */
export const LayerNotFound = defineRefusal<InRepository & { digest: string }>({
  code: 'LayersNotFoundException',
  oci: { code: 'BLOB_UNKNOWN', status: 404 },
  message: (f) =>
    `The layer with digest '${f.digest}' does not exist in the repository with name '${f.repositoryName}' in the registry with id '${f.registryId}'`,
});

export const LayerInaccessible = defineRefusal<InRepository & { digest: string }>({
  code: 'LayerInaccessibleException',
  oci: { code: 'BLOB_UNKNOWN', status: 404 },
  message: (f) =>
    `The layer with digest '${f.digest}' in the repository with name '${f.repositoryName}' in the registry with id '${f.registryId}' is not associated with an image`,
});

export const LayerInUse = defineRefusal<{ digest: string; images: readonly string[] }>({
  code: 'LayerInUse',
  oci: { code: 'UNSUPPORTED', status: 405 },
  message: (f) =>
    `The layer ${f.digest} is needed by images and stays until they are deleted: [${f.images.join(', ')}]`,
});

export const ReferencedImagesNotFound = defineRefusal<InRepository & { missing: readonly string[] }>({
  code: 'ReferencedImagesNotFoundException',
  oci: { code: 'MANIFEST_BLOB_UNKNOWN', status: 404 },
  message: (f) =>
    `Images with digests '[${f.missing.join(', ')}]' required for pushing image into repository with name '${f.repositoryName}' in the registry with id '${f.registryId}' do not exist`,
});

/** At the docker door a delete of an index's child; the API answers it as a failure of its own. */
export const ImageReferencedByIndex = defineRefusal<{ indexes: readonly string[] }>({
  code: 'ImageReferencedByManifestList',
  oci: { code: 'UNSUPPORTED', status: 405 },
  message: (f) => `Requested image referenced by manifest list: [${f.indexes.join(', ')}]`,
});

export const UploadNotFound = defineRefusal<InRepository & { uploadId: string }>({
  code: 'UploadNotFoundException',
  oci: { code: 'BLOB_UPLOAD_UNKNOWN', status: 404 },
  message: (f) =>
    `The upload with id '${f.uploadId}' in the repository with name '${f.repositoryName}' in the registry with id '${f.registryId}' does not exist.`,
});

/** Somebody else is adding bytes to the upload at this moment. */
export const UploadInUse = defineRefusal<InRepository & { uploadId: string; lastValidByteReceived: number }>({
  code: 'InvalidLayerPartException',
  oci: { code: 'BLOB_UPLOAD_INVALID', status: 416 },
  members: ['registryId', 'repositoryName', 'uploadId', 'lastValidByteReceived'],
  message: (f) =>
    `Another request is adding bytes to the upload with id '${f.uploadId}'. Parts are sent one after the other.`,
});

export const InvalidLayerPart = defineRefusal<
  InRepository & { uploadId: string; lastValidByteReceived: number; got: number; expected: number }
>({
  code: 'InvalidLayerPartException',
  oci: { code: 'BLOB_UPLOAD_INVALID', status: 416 },
  members: ['registryId', 'repositoryName', 'uploadId', 'lastValidByteReceived'],
  message: (f) => `First byte of the layer part is ${f.got} instead of ${f.expected}`,
});

export const LayerPartTooSmall = defineRefusal({
  code: 'LayerPartTooSmallException',
  oci: { code: 'BLOB_UPLOAD_INVALID', status: 400 },
  message: () => 'All layer parts except the last part should be at least 5MB',
});

export const EmptyUpload = defineRefusal<InRepository & { uploadId: string }>({
  code: 'EmptyUploadException',
  oci: { code: 'BLOB_UPLOAD_INVALID', status: 400 },
  message: (f) =>
    `The upload with id '${f.uploadId}' in the repository with name '${f.repositoryName}' in registry with id '${f.registryId}' cannot be completed because it does not have any parts.`,
});

export const InvalidLayer = defineRefusal<{ expected: string; actual: string }>({
  code: 'InvalidLayerException',
  oci: { code: 'DIGEST_INVALID', status: 400 },
  message: (f) => `Layer digest '${f.expected}' does not match the digest of the uploaded bytes, '${f.actual}'`,
});

export const LayerAlreadyExists = defineRefusal<InRepository & { digest: string }>({
  code: 'LayerAlreadyExistsException',
  oci: { code: 'BLOB_UPLOAD_INVALID', status: 409 },
  message: (f) =>
    `The layer with digest '${f.digest}' already exists in the repository with name '${f.repositoryName}' in registry with id '${f.registryId}'`,
});

/** More or fewer bytes came than the client announced. */
export const SizeInvalid = defineRefusal<{ announced: number; received: number }>({
  code: 'InvalidLayerPartException',
  oci: { code: 'SIZE_INVALID', status: 400 },
  message: (f) => `${f.announced} bytes were announced and ${f.received} came`,
});

/** The client went away, or fell silent, before the end; what it sent is kept. */
export const UploadCutShort = defineRefusal<{ received: number }>({
  code: 'RequestTimeout',
  oci: { code: 'BLOB_UPLOAD_INVALID', status: 408 },
  message: (f) =>
    `The request ended before its body did. ${f.received} bytes of the upload are kept: go on behind them.`,
});

export const LayerTooLarge = defineRefusal<{ limit: number }>({
  code: 'LimitExceededException',
  oci: { code: 'SIZE_INVALID', status: 413 },
  message: (f) => `The layer is larger than the limit of ${f.limit} bytes`,
});

export const ManifestTooLarge = defineRefusal<{ limit: number }>({
  code: 'InvalidParameterException',
  oci: { code: 'SIZE_INVALID', status: 413 },
  message: (f) =>
    `Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Member must have length less than or equal to ${f.limit}'`,
});

/** A manifest that Berth does not take: ECR's text for all of them, with what is wrong behind it. */
export const ManifestInvalid = defineRefusal<{ why?: string }>({
  code: 'InvalidParameterException',
  oci: { code: 'MANIFEST_INVALID', status: 400 },
  message: (f) =>
    `Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'${f.why === undefined ? '' : ` (${f.why})`}`,
});

/** No room for the bytes: nothing was stored. */
export const StorageIsFull = defineRefusal({
  code: 'ServerException',
  status: 500,
  oci: { code: 'DENIED', status: 507 },
  message: () => 'The registry has no room left to store this. Free space where its data lie, or ask whoever runs it.',
});

/** Clients try again by themselves after a 503. */
export const StorageUnavailable = defineRefusal<{ what: string }>({
  code: 'ServiceUnavailable',
  status: 503,
  oci: { code: 'UNAVAILABLE', status: 503 },
  message: ({ what }) => `The ${what} of this registry does not answer just now. Try again shortly.`,
});

/** `why` says what goes on and until when. */
export const InstallationReadOnly = defineRefusal<{ why: string }>({
  code: 'ServiceUnavailable',
  status: 503,
  oci: { code: 'UNAVAILABLE', status: 503 },
  message: ({ why }) => `This registry takes no changes just now; images can be pulled. ${why}`,
});
