import { type CheckedLayer, checkLayers } from '../../registry/layers.ts';
import type {
  BatchCheckLayerAvailabilityRequest,
  BatchCheckLayerAvailabilityResponse,
  Layer,
  LayerFailure,
} from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { namedRepository, registryOf } from './registry.ts';

type Request = BatchCheckLayerAvailabilityRequest;
type Response = BatchCheckLayerAvailabilityResponse;

const DIGEST = /^[a-zA-Z0-9\-_+.]+:[a-fA-F0-9]+$/;

/** Which layers the repository has: what a client need not upload. API_BatchCheckLayerAvailability. */
export const BatchCheckLayerAvailability = operation<Request, Response>({
  service: 'ecr',
  name: 'BatchCheckLayerAvailability',
  action: 'ecr:BatchCheckLayerAvailability',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName, layerDigests } = input;
    const wellFormed = layerDigests.filter((it) => DIGEST.test(it));
    const found = await checkLayers(call.world, registryOf(input, call), repositoryName, wellFormed);
    return {
      layers: wellFormed.map((it) => describeLayer(it, found.get(it))),
      failures: layerDigests.filter((it) => !DIGEST.test(it)).map(describeFailure),
    };
  },
});

function describeLayer(layerDigest: string, found: CheckedLayer | undefined): Layer {
  if (!found) return { layerDigest, layerAvailability: 'UNAVAILABLE' };
  const { size, mediaType, isArchived } = found;
  return {
    layerDigest,
    layerAvailability: isArchived ? 'ARCHIVED' : 'AVAILABLE',
    layerSize: size,
    ...(mediaType !== undefined && { mediaType }),
  };
}

function describeFailure(layerDigest: string): LayerFailure {
  if (layerDigest === '') {
    const failureReason = 'Invalid request parameters: layer digest cannot be empty';
    return { layerDigest, failureCode: 'MissingLayerDigest', failureReason };
  }
  const regex = '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+';
  const failureReason = `Invalid request parameters: layer digest should satisfy the regex '${regex}'`;
  return { layerDigest, failureCode: 'InvalidLayerDigest', failureReason };
}
