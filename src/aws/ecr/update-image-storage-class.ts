import { updateStorageClass } from '../../registry/update-storage-class.ts';
import type { UpdateImageStorageClassRequest, UpdateImageStorageClassResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { describeImageId } from './image-ids.ts';
import { namedRepository, registryOf } from './registry.ts';

type Request = UpdateImageStorageClassRequest;
type Response = UpdateImageStorageClassResponse;

/** Archives an image, or begins to restore it: it is active when the restore delay is over. API_UpdateImageStorageClass. */
export const UpdateImageStorageClass = operation<Request, Response>({
  service: 'ecr',
  name: 'UpdateImageStorageClass',
  action: 'ecr:UpdateImageStorageClass',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName, imageId, targetStorageClass: to } = input;
    const registry = registryOf(input, call);
    const { digest, status } = await updateStorageClass(call.world, registry, repositoryName, { imageId, to });
    return {
      registryId: registry.account,
      repositoryName,
      imageId: describeImageId({ ...imageId, imageDigest: digest }),
      imageStatus: status,
    };
  },
});
