import type { Exchange } from '../exchange.ts';
import { authorize } from '../identity/authorize.ts';
import { requestFacts } from '../identity/request-facts.ts';
import { LAYER_ADDRESS_PREFIX } from '../registry/layer-address.ts';
import type { World } from '../world.ts';
import { authenticate } from './authenticate.ts';
import { downloadLayer } from './layer-download.ts';
import { permissions } from './permissions.ts';
import { TargetMalformed } from './refusals.ts';
import { renderErrors } from './render-error.ts';
import { parseTarget } from './request-target.ts';
import { findRoute } from './routes.ts';

/**
 * Front door 1, OCI. It asks who is calling, finds the endpoint, and asks whether he may, in this order, before a byte
 * of the body is read: a stranger learns nothing, not even which addresses exist, and uploads nothing.
 */
export function ociFrontDoor({ world }: { readonly world: World }): (exchange: Exchange) => Promise<void> {
  return (exchange) => {
    const { request, response } = exchange;
    response.setHeader('Docker-Distribution-Api-Version', 'registry/2.0');

    return renderErrors(exchange, world.rules.fidelity, () => {
      if (request.url?.startsWith(LAYER_ADDRESS_PREFIX)) return downloadLayer(world, request, response);
      return serve(world, exchange);
    });
  };
}

async function serve(world: World, { request, response: answer, note }: Exchange): Promise<void> {
  const { principal, registry } = await authenticate(world, request.headers);
  note({ principalArn: principal.arn, account: registry.account, region: registry.region });

  const caller = { principal, request: requestFacts(request, registry.region) };

  const target = parseTarget(request.url ?? '');
  if (target === undefined) throw TargetMalformed({ reason: 'an escape in its query is broken' });
  const { form, endpoint, parts } = findRoute(request.method ?? '', target.path);
  note({
    route: `${request.method} ${form}`,
    ...(parts.repositoryName !== '' && { repositoryName: parts.repositoryName }),
  });

  const resources = endpoint.resources(parts, registry);
  for (const action of [endpoint.action, ...(endpoint.furtherActions?.(request) ?? [])]) {
    await authorize(world, caller, { action, resources });
  }

  await endpoint.handle({
    ...parts,
    ...permissions(world, caller, registry),
    world,
    principal,
    caller,
    registry,
    query: target.query,
    request,
    answer,
  });
}
