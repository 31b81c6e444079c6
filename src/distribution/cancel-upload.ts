import { cancelUpload } from '../registry/end-upload.ts';
import { repositoryArn } from '../values/arn.ts';
import type { Endpoint } from './endpoint.ts';
import { OperationUnsupported } from './refusals.ts';
import { sendEmpty } from './send-json.ts';
import { uploadKey } from './upload-key.ts';

/** Gives an upload up and frees its bytes. ECR has no such request. distribution-spec 1.1, end-14. */
export const CancelUpload: Endpoint = {
  action: 'ecr:UploadLayerPart',
  resources: ({ repositoryName }, registry) => [repositoryArn(registry, repositoryName)],

  async handle(call) {
    if (call.world.rules.fidelity === 'aws-strict') throw OperationUnsupported({ operation: 'DELETE upload' });
    await cancelUpload(call.world, uploadKey(call));
    sendEmpty(call.answer, 204);
  },
};
