import { uploadOwnerOf } from '../identity/asker.ts';
import { UploadNotFound } from '../registry/refusals.ts';
import type { Call } from './endpoint.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Which upload a request is about: an upload belongs to who began it, in its repository. @throws UploadNotFound */
export function uploadKey({ registry, repositoryName, reference, principal }: Call) {
  if (!UUID.test(reference)) {
    throw UploadNotFound({ repositoryName, registryId: registry.account, uploadId: reference });
  }
  return { registry, repositoryName, principal: uploadOwnerOf(principal), uploadId: reference };
}
