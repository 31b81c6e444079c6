import { defineRefusal } from '../values/refusal.ts';

interface OfImage extends Record<string, unknown> {
  repositoryName: string;
  registryId: string;
  imageDigest?: string | undefined;
  imageTag?: string | undefined;
}

export const ScanNotFound = defineRefusal<OfImage>({
  code: 'ScanNotFoundException',
  oci: { code: 'DENIED', status: 404 },
  message: (f) =>
    `Image scan does not exist for the image with '{imageDigest:'${f.imageDigest ?? 'null'}', imageTag:'${f.imageTag ?? 'null'}'}' in the repository with name '${f.repositoryName}' in the registry with id '${f.registryId}'`,
});

/** ECR's words for a kind of scan that is switched off, with why behind them. */
export const ScanningDisabled = defineRefusal<{ why: string }>({
  code: 'ValidationException',
  oci: { code: 'UNSUPPORTED', status: 405 },
  message: ({ why }) => `This feature is disabled: ${why}`,
});

export const ImageTypeUnsupported = defineRefusal<{ mediaType: string }>({
  code: 'UnsupportedImageTypeException',
  oci: { code: 'UNSUPPORTED', status: 405 },
  message: ({ mediaType }) => `The image is of a type that cannot be scanned: ${mediaType}`,
});

export const ImageArchived = defineRefusal<OfImage>({
  code: 'ImageArchivedException',
  oci: { code: 'DENIED', status: 400 },
  message: (f) =>
    `The image with imageId {imageDigest:'${f.imageDigest ?? 'null'}', imageTag:'${f.imageTag ?? 'null'}'} in the repository with name '${f.repositoryName}' in the registry with id '${f.registryId}' is archived`,
});
