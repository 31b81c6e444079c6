import { completeParts } from '../../registry/layer-parts.ts';
import { InvalidParameter } from '../../registry/refusals.ts';
import { getUpload } from '../../registry/uploads.ts';
import { type Digest, isDigest } from '../../values/digest.ts';
import type { CompleteLayerUploadRequest, CompleteLayerUploadResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { namedRepository, registryOf } from './registry.ts';
import { uploadKey } from './upload-key.ts';

/** Makes the parts a layer, if they hash to the digests given. API_CompleteLayerUpload. */
export const CompleteLayerUpload = operation<CompleteLayerUploadRequest, CompleteLayerUploadResponse>({
  service: 'ecr',
  name: 'CompleteLayerUpload',
  action: 'ecr:CompleteLayerUpload',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName, uploadId, layerDigests } = input;
    const key = uploadKey(input, call);
    await getUpload(call.world, key);
    const { digest } = await completeParts(call.world, { ...key, digests: sha256Among(layerDigests) });
    return { registryId: registryOf(input, call).account, repositoryName, uploadId, layerDigest: digest };
  },
});

/** All that are SHA-256, each of which must be right; other algorithms are passed over. @throws InvalidParameter */
function sha256Among(digests: readonly string[]): readonly [Digest, ...Digest[]] {
  const given = digests.filter((it) => it.startsWith('sha256:'));
  const [first, ...others] = given.filter(isDigest);
  if (first === undefined || others.length + 1 < given.length) {
    const constraint = 'Member must be sha256 digests, each of 64 hexadecimal digits in lower case';
    throw InvalidParameter({ member: 'layerDigests', constraint });
  }
  return [first, ...others];
}
