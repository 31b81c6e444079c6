import { uploadOwnerOf } from '../../identity/asker.ts';
import { PART_SIZE } from '../../registry/layer-parts.ts';
import { startUpload } from '../../registry/uploads.ts';
import type { InitiateLayerUploadRequest, InitiateLayerUploadResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { namedRepository, registryOf } from './registry.ts';

/** Begins the upload of a layer. Clients cut it into parts of `partSize`. API_InitiateLayerUpload. */
export const InitiateLayerUpload = operation<InitiateLayerUploadRequest, InitiateLayerUploadResponse>({
  service: 'ecr',
  name: 'InitiateLayerUpload',
  action: 'ecr:InitiateLayerUpload',
  resource: namedRepository,

  async handle(input, call) {
    const { id } = await startUpload(call.world, {
      registry: registryOf(input, call),
      repositoryName: input.repositoryName,
      principal: uploadOwnerOf(call.principal),
    });
    return { uploadId: id, partSize: PART_SIZE };
  },
});
