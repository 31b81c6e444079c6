import { recordPull } from '../pulls/record-pull.ts';
import { getImage } from '../registry/get-image.ts';
import { repositoryArn } from '../values/arn.ts';
import type { Endpoint } from './endpoint.ts';
import { contentHeaders, isKnownToClient } from './entity-tag.ts';
import { parseReference } from './references.ts';
import { sendEmpty } from './send-json.ts';

/**
 * A manifest by tag or digest, byte for byte as it was pushed: never converted, whatever Accept says, since that would
 * change its digest. HEAD too. distribution-spec 1.1, end-3.
 */
export const GetManifest: Endpoint = {
  action: 'ecr:BatchGetImage',
  resources: ({ repositoryName }, registry) => [repositoryArn(registry, repositoryName)],

  async handle({ world, registry, repositoryName, reference, request, answer, principal }) {
    const asked = parseReference(reference, world.rules.fidelity);
    const image = await getImage(world, { registry, repositoryName, reference: asked });
    if (request.method === 'GET') {
      const { repositoryId, digest } = image;
      recordPull(world, { registry, repositoryName, repositoryId, digest, tag: asked.tag, principal });
    }

    const headers = contentHeaders(image.digest, reference);
    if (isKnownToClient(request.headers, image.digest)) return sendEmpty(answer, 304, headers);

    answer.writeHead(200, { ...headers, 'Content-Type': image.mediaType, 'Content-Length': image.manifest.length });
    answer.end(image.manifest);
  },
};
