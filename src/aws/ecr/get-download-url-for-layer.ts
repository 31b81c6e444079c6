import { getRepository } from '../../registry/get-repository.ts';
import { signLayerUrl } from '../../registry/layer-address.ts';
import { downloadableLayer } from '../../registry/layers.ts';
import { LayerNotFound } from '../../registry/refusals.ts';
import { storeAddressOf } from '../../registry/store-address.ts';
import { isDigest } from '../../values/digest.ts';
import type { GetDownloadUrlForLayerRequest, GetDownloadUrlForLayerResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { namedRepository, registryOf } from './registry.ts';
import { registryUrl } from './registry-address.ts';

const HOUR = 60 * 60 * 1000;

/** An address from which a layer can be downloaded for an hour without a login. API_GetDownloadUrlForLayer. */
export const GetDownloadUrlForLayer = operation<GetDownloadUrlForLayerRequest, GetDownloadUrlForLayerResponse>({
  service: 'ecr',
  name: 'GetDownloadUrlForLayer',
  action: 'ecr:GetDownloadUrlForLayer',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName, layerDigest } = input;
    const registry = registryOf(input, call);
    const { digest } = await downloadableLayer(call.world, registry, repositoryName, layerDigest);
    if (!isDigest(digest)) throw LayerNotFound({ digest, repositoryName, registryId: registry.account });
    const layer = { registry, repositoryName, digest };
    const { id: repositoryId } = await getRepository(call.world, registry, repositoryName);
    const expiresAt = new Date(call.world.clock.now().getTime() + HOUR);
    const elsewhere = await storeAddressOf(call.world, layer, expiresAt);
    if (elsewhere !== undefined) {
      call.world.meter.addSent({
        registry,
        repositoryName,
        operation: 'GetDownloadUrlForLayer',
        address: call.caller.request.sourceIp,
        quantity: elsewhere.sizeInBytes,
      });
    }
    const downloadUrl =
      elsewhere?.address ??
      signLayerUrl(call.world.secrets, { origin: registryUrl(call, registry), ...layer, repositoryId, expiresAt });
    return { downloadUrl, layerDigest: digest };
  },
});
