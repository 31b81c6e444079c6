import { appendToUpload } from '../registry/append-to-upload.ts';
import { completeUpload } from '../registry/complete-upload.ts';
import { repositoryArn } from '../values/arn.ts';
import type { Endpoint } from './endpoint.ts';
import { parseDigest } from './references.ts';
import { DigestInvalid } from './refusals.ts';
import { sendEmpty } from './send-json.ts';
import { hasBody, placeOfBytes } from './upload-bytes.ts';
import { uploadKey } from './upload-key.ts';
import { blobHeaders } from './upload-location.ts';

/** Makes an upload a blob, after adding the last bytes where the request brings some. distribution-spec 1.1, end-6. */
export const CompleteUpload: Endpoint = {
  action: 'ecr:CompleteLayerUpload',
  furtherActions: (request) => (hasBody(request.headers) ? ['ecr:UploadLayerPart'] : []),
  resources: ({ repositoryName }, registry) => [repositoryArn(registry, repositoryName)],

  async handle(call) {
    const { world, repositoryName, query, request, answer } = call;
    const key = uploadKey(call);
    const digests = query.all('digest').map((it) => parseDigest(it, world.rules.fidelity));
    const [digest] = digests;
    if (digest === undefined) throw DigestInvalid({ digest: '' });

    if (hasBody(request.headers)) {
      await appendToUpload(world, { ...key, ...placeOfBytes(request.headers), bytes: call.request });
    }
    await completeUpload(world, { ...key, digests: [digest, ...digests.slice(1)] });

    sendEmpty(answer, 201, blobHeaders(repositoryName, digest));
  },
};
