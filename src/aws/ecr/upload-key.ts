import { uploadOwnerOf } from '../../identity/asker.ts';
import type { UploadKey } from '../../registry/uploads.ts';
import type { Call } from '../operation.ts';
import { registryOf } from './registry.ts';

/** Which upload an input is about: one belongs to who began it, in its repository. */
export function uploadKey(
  input: { readonly registryId?: string; readonly repositoryName: string; readonly uploadId: string },
  call: Call,
): UploadKey {
  const { repositoryName, uploadId } = input;
  return { registry: registryOf(input, call), repositoryName, uploadId, principal: uploadOwnerOf(call.principal) };
}
