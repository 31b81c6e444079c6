import { uploadPart } from '../../registry/layer-parts.ts';
import { getUpload } from '../../registry/uploads.ts';
import type { UploadLayerPartRequest, UploadLayerPartResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { namedRepository, registryOf } from './registry.ts';
import { uploadKey } from './upload-key.ts';

const MIB = 1024 * 1024;

/** Adds a part of a layer, right behind the last. API_UploadLayerPart. */
export const UploadLayerPart = operation<UploadLayerPartRequest, UploadLayerPartResponse>({
  service: 'ecr',
  name: 'UploadLayerPart',
  action: 'ecr:UploadLayerPart',
  resource: namedRepository,
  largestBody: 30 * MIB, // A part of 20 MiB in base64.

  async handle(input, call) {
    const { repositoryName, uploadId, partFirstByte, partLastByte, layerPartBlob } = input;
    const key = uploadKey(input, call);
    await getUpload(call.world, key);
    await uploadPart(call.world, {
      ...key,
      firstByte: partFirstByte,
      lastByte: partLastByte,
      bytes: layerPartBlob,
    });
    return {
      registryId: registryOf(input, call).account,
      repositoryName,
      uploadId,
      lastByteReceived: partLastByte,
    };
  },
});
