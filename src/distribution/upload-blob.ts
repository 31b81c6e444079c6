import { appendToUpload } from '../registry/append-to-upload.ts';
import { repositoryArn } from '../values/arn.ts';
import type { Endpoint } from './endpoint.ts';
import { sendEmpty } from './send-json.ts';
import { placeOfBytes } from './upload-bytes.ts';
import { uploadKey } from './upload-key.ts';
import { uploadHeaders } from './upload-location.ts';

/** Adds a chunk, or a stream of unknown length, to an upload. distribution-spec 1.1, end-5. */
export const UploadBlob: Endpoint = {
  action: 'ecr:UploadLayerPart',
  resources: ({ repositoryName }, registry) => [repositoryArn(registry, repositoryName)],

  async handle(call) {
    const { world, repositoryName, request, answer } = call;
    const key = uploadKey(call);
    const place = placeOfBytes(request.headers);

    const upload = await appendToUpload(world, { ...key, ...place, bytes: call.request });

    // ECR says 201, where the specification demands 202 (docs/differences.md, PATCH upload).
    sendEmpty(answer, world.rules.fidelity === 'aws-strict' ? 201 : 202, uploadHeaders(repositoryName, upload));
  },
};
