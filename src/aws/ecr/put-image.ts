import { getRepository } from '../../registry/get-repository.ts';
import { type Manifest, parseManifest } from '../../registry/parse-manifest.ts';
import { putImage } from '../../registry/put-image.ts';
import { ImageAlreadyExists, ImageDigestDoesNotMatch, InvalidParameter } from '../../registry/refusals.ts';
import { isTag } from '../../values/names.ts';
import type { PutImageRequest, PutImageResponse } from '../model/ecr.ts';
import { type Call, operation } from '../operation.ts';
import { describeImageId } from './image-ids.ts';
import { namedRepository, registryOf } from './registry.ts';

const MIB = 1024 * 1024;

/** Stores an image manifest and, where `imageTag` is given, points the tag at it. API_PutImage. */
export const PutImage = operation<PutImageRequest, PutImageResponse>({
  service: 'ecr',
  name: 'PutImage',
  action: 'ecr:PutImage',
  resource: namedRepository,
  largestBody: 30 * MIB, // A manifest of 4 MiB, each character of which JSON may write as six.

  async handle(input, call) {
    const { repositoryName, imageTag } = input;
    const registry = registryOf(input, call);
    await getRepository(call.world, registry, repositoryName);
    const manifest = manifestOf(input, call);

    const tags = imageTag === undefined ? [] : [imageTag];
    const outcome = await putImage(call.world, { registry, repositoryName, manifest, tags });
    if (outcome === 'unchanged') {
      // docker's door answers 201 here.
      const facts = { imageDigest: manifest.digest, imageTag, repositoryName, registryId: registry.account };
      throw ImageAlreadyExists(facts);
    }
    return {
      image: {
        registryId: registry.account,
        repositoryName,
        imageId: describeImageId({ imageDigest: manifest.digest, imageTag }),
        imageManifest: manifest.bytes.toString('utf8'),
        imageManifestMediaType: manifest.mediaType,
      },
    };
  },
});

/** @throws ManifestInvalid, InvalidParameter, ImageDigestDoesNotMatch, in ECR's order */
function manifestOf(
  { imageManifest, imageManifestMediaType, imageTag, imageDigest }: PutImageRequest,
  call: Call,
): Manifest {
  const { fidelity } = call.world.rules;
  const isSha512 = fidelity === 'superset' && imageDigest?.startsWith('sha512:');
  const manifest = parseManifest(Buffer.from(imageManifest, 'utf8'), {
    mediaType: imageManifestMediaType,
    fidelity,
    digestAlgorithm: isSha512 ? 'sha512' : 'sha256',
  });
  if (imageTag !== undefined && !isTag(imageTag)) {
    const pattern = '[A-Za-z0-9_][A-Za-z0-9._-]{0,127}';
    throw InvalidParameter({ member: 'imageTag', constraint: `must satisfy regular expression '${pattern}'` });
  }
  if (imageDigest !== undefined && imageDigest !== manifest.digest) {
    throw ImageDigestDoesNotMatch({ expected: imageDigest, actual: manifest.digest });
  }
  return manifest;
}
