import type { Exchange } from '../exchange.ts';
import { meterAnswer } from '../metering/meter-answer.ts';
import { getRepository } from '../registry/get-repository.ts';
import { openLayerUrl } from '../registry/layer-address.ts';
import { readLayer } from '../registry/layers.ts';
import type { World } from '../world.ts';
import { LayerAddressInvalid, MethodNotAllowed } from './refusals.ts';
import { sendBlob } from './send-blob.ts';

/**
 * Serves a signed download address. The address is the permission, so no login is asked for, and one that a client
 * sends along is not looked at.
 *
 * @throws LayerAddressInvalid, MethodNotAllowed, RepositoryNotFound, LayersNotFound, RangeNotSatisfiable
 */
export async function downloadLayer(
  world: World,
  { request, response: answer, from }: Pick<Exchange, 'request' | 'response' | 'from'>,
): Promise<void> {
  const method = request.method ?? '';
  if (method !== 'GET' && method !== 'HEAD') throw MethodNotAllowed({ method, allow: 'GET, HEAD' });
  const address = openLayerUrl(world.secrets, request.url ?? '', world.clock.now());
  if (address === undefined) throw LayerAddressInvalid({});

  const { id } = await getRepository(world, address.registry, address.repositoryName);
  if (id !== address.repositoryId) throw LayerAddressInvalid({});
  const layer = await readLayer(world, address.registry, address.repositoryName, address.digest);
  const { registry, repositoryName } = address;
  const what = { registry, repositoryName, operation: 'GetDownloadUrlForLayer' };
  meterAnswer(world.meter, { request, response: answer, address: from.address }, what);
  await sendBlob(request, answer, layer);
}
