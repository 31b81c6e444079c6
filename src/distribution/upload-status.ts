import { getUpload } from '../registry/uploads.ts';
import { repositoryArn } from '../values/arn.ts';
import type { Endpoint } from './endpoint.ts';
import { sendEmpty } from './send-json.ts';
import { uploadKey } from './upload-key.ts';
import { uploadHeaders } from './upload-location.ts';

/** How much of an upload is safe, so that a client can go on behind it. distribution-spec 1.1, end-13. */
export const UploadStatus: Endpoint = {
  action: 'ecr:UploadLayerPart',
  resources: ({ repositoryName }, registry) => [repositoryArn(registry, repositoryName)],

  async handle(call) {
    const upload = await getUpload(call.world, uploadKey(call));
    sendEmpty(call.answer, 204, uploadHeaders(call.repositoryName, upload));
  },
};
