import { deleteImageByDigest, deleteTag } from '../registry/delete-image.ts';
import { repositoryArn } from '../values/arn.ts';
import type { Endpoint } from './endpoint.ts';
import { parseReference } from './references.ts';
import { sendEmpty } from './send-json.ts';

/** By tag the tag alone goes; by digest the image and all its tags. distribution-spec 1.1, end-9. */
export const DeleteManifest: Endpoint = {
  action: 'ecr:BatchDeleteImage',
  resources: ({ repositoryName }, registry) => [repositoryArn(registry, repositoryName)],

  async handle({ world, registry, repositoryName, reference, answer }) {
    const target = parseReference(reference, world.rules.fidelity);
    if ('tag' in target) await deleteTag(world, registry, repositoryName, target.tag);
    else await deleteImageByDigest(world, registry, repositoryName, target.digest);
    sendEmpty(answer, 202);
  },
};
