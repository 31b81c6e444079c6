import { deleteLayer } from '../registry/layers.ts';
import { repositoryArn } from '../values/arn.ts';
import type { Endpoint } from './endpoint.ts';
import { parseDigest } from './references.ts';
import { OperationUnsupported } from './refusals.ts';
import { sendEmpty } from './send-json.ts';

/** A blob that no manifest of the repository refers to. ECR has no such request. distribution-spec 1.1, end-10. */
export const DeleteBlob: Endpoint = {
  action: 'ecr:BatchDeleteImage',
  resources: ({ repositoryName }, registry) => [repositoryArn(registry, repositoryName)],

  async handle({ world, registry, repositoryName, reference, answer }) {
    if (world.rules.fidelity === 'aws-strict') throw OperationUnsupported({ operation: 'DELETE blob' });
    await deleteLayer(world, registry, repositoryName, parseDigest(reference, world.rules.fidelity));
    sendEmpty(answer, 202);
  },
};
