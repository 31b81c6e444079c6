import type { Digest } from '../values/digest.ts';

/**
 * Where an upload stands: its address, which the client uses as it is, and the bytes that are safe. With none there is
 * no last byte, and docker's old registry and ECR say `0-0` then, which clients can read.
 */
export function uploadHeaders(repositoryName: string, upload: { readonly id: string; readonly size: number }) {
  return {
    Location: `/v2/${repositoryName}/blobs/uploads/${upload.id}`,
    Range: `0-${Math.max(0, upload.size - 1)}`,
    'Docker-Upload-UUID': upload.id,
  };
}

/** Where a stored blob is pulled from. */
export function blobHeaders(repositoryName: string, digest: Digest) {
  return { Location: `/v2/${repositoryName}/blobs/${digest}`, 'Docker-Content-Digest': digest };
}
