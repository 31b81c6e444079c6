import { defineRefusal } from '../values/refusal.ts';

// What only this door refuses. Those coded InvalidParameterException answer 405 UNSUPPORTED under `aws-strict`.

export const NameInvalid = defineRefusal<{ repositoryName: string }>({
  code: 'InvalidParameterException',
  oci: { code: 'NAME_INVALID', status: 400 },
  message: () =>
    "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must be 2 to 256 lower-case letters and digits, separated by one of . _ - or /'",
});

export const DigestInvalid = defineRefusal<{ digest: string }>({
  code: 'InvalidParameterException',
  oci: { code: 'DIGEST_INVALID', status: 400 },
  message: () =>
    "Invalid parameter at 'digest' failed to satisfy constraint: 'must be sha256: and 64, or sha512: and 128, lower-case hexadecimal digits'",
});

export const AlgorithmUnsupported = defineRefusal<{ algorithm: string }>({
  code: 'InvalidParameterException',
  oci: { code: 'DIGEST_INVALID', status: 400 },
  message: () =>
    "Invalid parameter at 'digest-algorithm' failed to satisfy constraint: 'must be one of the digest algorithms that this registry verifies'",
});

export const TagInvalid = defineRefusal<{ tag: string }>({
  code: 'InvalidParameterException',
  oci: { code: 'TAG_INVALID', status: 400 },
  message: () =>
    "Invalid parameter at 'imageTag' failed to satisfy constraint: 'must be 1 to 128 of letters, digits, . _ and -, and begin with a letter, a digit or _'",
});

export const TooManyTagsInRequest = defineRefusal<{ count: number; limit: number }>({
  code: 'InvalidParameterException',
  oci: { code: 'TAG_INVALID', status: 414 },
  message: (f) => `The request names ${f.count} tags; one request may name ${f.limit}.`,
});

export const ReportTooLarge = defineRefusal<{ limit: number }>({
  code: 'InvalidParameterException',
  oci: { code: 'SIZE_INVALID', status: 413 },
  message: (f) => `The report is larger than the limit of ${f.limit} bytes.`,
});

export const PageSizeInvalid = defineRefusal<{ n: string }>({
  code: 'InvalidParameterException',
  oci: { code: 'UNSUPPORTED', status: 400 },
  message: () => "Invalid parameter at 'n' failed to satisfy constraint: 'must be a whole number of at least 0'",
});

/** ECR's answer to a page size above its own; the default clamps instead. */
export const PageTooLarge = defineRefusal<{ n: string; limit: number }>({
  code: 'InvalidParameterException',
  oci: { code: 'UNSUPPORTED', status: 405 },
  message: (f) =>
    `Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value less than or equal to ${f.limit}'`,
});

export const TargetMalformed = defineRefusal<{ reason: string }>({
  code: 'MalformedRequest',
  oci: { code: 'UNSUPPORTED', status: 400 },
  message: (f) => `The request's address cannot be read: ${f.reason}.`,
});

export const RouteNotFound = defineRefusal<{ path: string }>({
  code: 'RouteNotFound',
  status: 404,
  oci: { code: 'UNSUPPORTED', status: 404 },
  message: () => 'There is nothing at this address.',
});

/** `allow` goes to the Allow header. */
export const MethodNotAllowed = defineRefusal<{ method: string; allow: string }>({
  code: 'MethodNotAllowed',
  status: 405,
  oci: { code: 'UNSUPPORTED', status: 405 },
  message: (f) => `${f.method} is not supported here; ${f.allow} is.`,
});

/** What OCI has and ECR does not, under `aws-strict`. */
export const OperationUnsupported = defineRefusal<{ operation: string }>({
  code: 'UnsupportedOperation',
  status: 405,
  oci: { code: 'UNSUPPORTED', status: 405 },
  message: () => 'The operation is unsupported.',
});

export const ContentRangeInvalid = defineRefusal<{ contentRange: string }>({
  code: 'InvalidParameterException',
  oci: { code: 'BLOB_UPLOAD_INVALID', status: 400 },
  message: () => "The Content-Range must be 'first-last': two whole numbers, the first not above the last.",
});

/** `size` goes to the Content-Range header of the 416. */
export const RangeNotSatisfiable = defineRefusal<{ size: number }>({
  code: 'RangeNotSatisfiable',
  status: 416,
  oci: { code: 'SIZE_INVALID', status: 416 },
  message: (f) => `The range lies outside the blob's ${f.size} bytes.`,
});

export const LayerAddressInvalid = defineRefusal<Record<string, never>>({
  code: 'AccessDeniedException',
  status: 403,
  oci: { code: 'DENIED', status: 403 },
  message: () => 'The download address is not valid, or has expired.',
});
