import type { Act } from '../audit/act.ts';
import { beginAct } from '../audit/begin-act.ts';
import type { Trail } from '../audit/trail.ts';
import type { Exchange } from '../exchange.ts';
import { requestFacts } from '../identity/request-facts.ts';
import { meterAnswer } from '../metering/meter-answer.ts';
import type { Throttle } from '../quotas/throttle.ts';
import { LAYER_ADDRESS_PREFIX } from '../registry/layer-address.ts';
import { Refusal } from '../values/refusal.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { ask } from './ask.ts';
import { authenticate } from './authenticate.ts';
import type { Endpoint } from './endpoint.ts';
import { GetBlob } from './get-blob.ts';
import { GetManifest } from './get-manifest.ts';
import { downloadLayer } from './layer-download.ts';
import { permissions } from './permissions.ts';
import { recordedAs } from './recorded.ts';
import { TargetMalformed } from './refusals.ts';
import { renderErrors } from './render-error.ts';
import { parseTarget } from './request-target.ts';
import { findRoute } from './routes.ts';

/**
 * Front door 1, OCI. It asks who is calling, finds the endpoint, and asks whether he may, in this order, before a byte
 * of the body is read: a stranger learns nothing, not even which addresses exist, and uploads nothing.
 */
export function ociFrontDoor({
  world,
  trail,
  throttle,
}: {
  readonly world: World;
  readonly trail: Trail;
  readonly throttle: Throttle;
}): (exchange: Exchange) => Promise<void> {
  return (exchange) => {
    const { request, response } = exchange;
    response.setHeader('Docker-Distribution-Api-Version', 'registry/2.0');

    return renderErrors(exchange, world.rules.fidelity, () => {
      if (request.url?.startsWith(LAYER_ADDRESS_PREFIX)) return downloadLayer(world, exchange);
      const act = beginAct(exchange, world, 'ecr.amazonaws.com');
      return trail.record(act, () => serve({ world, throttle }, exchange, act));
    });
  };
}

async function serve(
  { world, throttle }: { readonly world: World; readonly throttle: Throttle },
  exchange: Exchange,
  act: Act,
): Promise<void> {
  const { request, response: answer, note } = exchange;
  const addressed = routeOf(request);
  if (!(addressed instanceof Refusal)) {
    Object.assign(act, recordedAs(addressed, request.headers.authorization !== undefined));
  }
  const { principal, registry } = await authenticate(world, request.headers);
  note({ principalArn: principal.arn, account: registry.account, region: registry.region });

  Object.assign(act, { principal, region: registry.region });
  const caller = { principal, request: requestFacts(exchange, registry.region) };

  if (addressed instanceof Refusal) throw addressed;
  const { form, endpoint, parts, query } = addressed;
  note({
    route: `${request.method} ${form}`,
    ...(parts.repositoryName !== '' && { repositoryName: parts.repositoryName }),
  });

  countCalls(throttle, { account: principal.account, region: registry.region }, endpoint, request);
  const resources = endpoint.resources(parts, registry);
  act.resources = resources;
  await ask(world, caller, endpoint, { request, resources });

  if (endpoint === GetBlob || endpoint === GetManifest) {
    const what = { registry, repositoryName: parts.repositoryName, operation: act.name ?? '' };
    meterAnswer(world.meter, { request, response: answer, address: exchange.from.address }, what);
  }
  await endpoint.handle({
    ...parts,
    ...permissions(world, caller, registry),
    world,
    principal,
    caller,
    registry,
    query,
    request,
    answer,
  });
}

/** Docker's requests count as the calls of the API that they stand for. */
function countCalls(
  throttle: Throttle,
  caller: RegistryId,
  { action, furtherActions }: Endpoint,
  request: Exchange['request'],
): void {
  for (const it of [action, ...(furtherActions?.(request) ?? [])]) throttle.count(caller, it.replace('ecr:', ''));
}

/** What the request addresses, or why it addresses nothing: a stranger is not told which. */
function routeOf({ url = '', method = '' }: Exchange['request']) {
  const target = parseTarget(url);
  if (target === undefined) return TargetMalformed({ reason: 'an escape in its query is broken' });
  try {
    return { ...findRoute(method, target.path), query: target.query };
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
