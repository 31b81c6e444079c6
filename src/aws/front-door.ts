import type { IncomingMessage } from 'node:http';
import type { Act } from '../audit/act.ts';
import { beginAct } from '../audit/begin-act.ts';
import type { Trail } from '../audit/trail.ts';
import type { Exchange } from '../exchange.ts';
import { findSigner, type Signer } from '../identity/find-signer.ts';
import { noteKeyUse } from '../identity/key-use.ts';
import { requestFacts } from '../identity/request-facts.ts';
import { noteRoleUse } from '../identity/role-use.ts';
import type { Throttle } from '../quotas/throttle.ts';
import { partitionOf } from '../values/arn.ts';
import type { World } from '../world.ts';
import { MODELS } from './model/models.ts';
import type { AnyCall, Operation } from './operation.ts';
import { originOf } from './origin.ts';
import { JSON_PROTOCOL, targetOf } from './protocol/json.ts';
import type { Opened, Protocol } from './protocol/protocol.ts';
import { isQuery, QUERY_PROTOCOL } from './protocol/query.ts';
import { isRest, REST_PROTOCOL } from './protocol/rest.ts';
import { renderErrors } from './render-error.ts';
import { type DerivedKeys, derivedKeys } from './sigv4/derived-keys.ts';
import { parseAuthorization } from './sigv4/parse-authorization.ts';
import { type Verified, verifySignature } from './sigv4/verify-signature.ts';

export interface AwsFrontDoor {
  readonly world: World;
  readonly trail: Trail;
  readonly throttle: Throttle;
  /** The domain under which all callers reach this installation; undefined when each goes by the host he used. */
  readonly domain?: string | undefined;
}

/**
 * Front door 2: AWS JSON 1.1, Query and REST-JSON. The order of its checks is ECR's: the operation is known, the signature is right,
 * the body can be read, the input keeps the model, the caller may; then the operation decides.
 */
export function awsFrontDoor({ world, trail, throttle, domain }: AwsFrontDoor): (exchange: Exchange) => Promise<void> {
  const keys = derivedKeys();
  return (exchange) => {
    const { request } = exchange;
    const protocol = protocolOf(request);
    return renderErrors(exchange, protocol, (found) => {
      const act = beginAct(exchange, world, '');
      return trail.record(act, async () => {
        const opened = await protocol.open(request);
        found(opened.operation);
        const output = await serve({ world, throttle, domain, keys, act }, exchange, opened);
        act.response = responseOf(output);
        protocol.answer(exchange, opened.operation, output);
      });
    });
  };
}

function protocolOf(request: IncomingMessage): Protocol {
  if (targetOf(request) !== undefined) return JSON_PROTOCOL;
  if (isRest(request)) return REST_PROTOCOL;
  return isQuery(request) ? QUERY_PROTOCOL : JSON_PROTOCOL;
}

interface Serving extends Omit<AwsFrontDoor, 'trail'> {
  readonly keys: DerivedKeys;
  readonly act: Act;
}

async function serve(
  { world, throttle, domain, keys, act }: Serving,
  exchange: Exchange,
  opened: Opened,
): Promise<unknown> {
  const { request, requestId, note } = exchange;
  const { operation } = opened;
  note({ operation: `${operation.service}:${operation.name}` });
  Object.assign(act, { source: `${operation.service}.amazonaws.com`, name: operation.name });

  const common = { world, origin: originOf(request), domain, requestId, act };
  if (operation.isUnsigned) {
    act.region = regionOf(world, operation, undefined);
    const body = await opened.readBody();
    return operation.run(opened.decoder(body), { ...common, request: requestFacts(exchange, act.region) });
  }
  const { body, key, sessionToken, ...scope } = await receive(world, keys, exchange, opened);
  const { principal, accessKeyId, epoch } = key;
  const region = regionOf(world, operation, scope.region);
  note({ principalArn: principal.arn, account: principal.account, region });
  Object.assign(act, { principal, region });

  if (operation.service === 'ecr') throttle.count({ account: principal.account, region }, operation.name);

  const facts = requestFacts(exchange, region);
  const call: AnyCall = {
    ...common,
    request: facts,
    signed: {
      principal,
      caller: { principal, request: facts },
      signer: { accessKeyId, epoch, principal, sessionToken },
      registry: { account: principal.account, region },
    },
  };
  return operation.run(opened.decoder(body), call);
}

function responseOf(output: unknown): Act['response'] {
  return typeof output === 'object' && output !== null ? { ...output } : undefined;
}

/** Takes the body in and verifies who signed it. The body of a request that is not signed at all is not read. */
async function receive(
  world: World,
  keys: DerivedKeys,
  { request }: Exchange,
  { operation, readBody }: Opened,
): Promise<Verified<Signer> & { body: Buffer<ArrayBuffer> }> {
  const { method = '', url = '', rawHeaders } = request;
  parseAuthorization({ method, url, rawHeaders, body: new Uint8Array() });
  const body = await readBody();
  const verified = await verifySignature(
    { method, url, rawHeaders, body },
    {
      now: world.clock.now(),
      services: [MODELS[operation.service].signingName],
      regions: isGlobal(operation) ? 'any' : world.rules.regions,
      findKey: (accessKeyId, sessionToken) => findSigner(world, accessKeyId, sessionToken),
      derivedKeys: keys,
    },
  );
  // A session's use is its owner's, whose key has made it.
  if (verified.sessionToken === undefined) noteKeyUse(world, verified);
  noteRoleUse(world, verified.key.principal, verified.region);
  return { ...verified, body };
}

/** With an endpoint of his own a client signs for his own region also where AWS has one endpoint for all. */
function isGlobal({ service }: Operation): boolean {
  return service === 'iam' || service === 'sts' || service === 'ce';
}

/** The region that is asked. IAM has but one, whatever region signed; STS answers in each. */
function regionOf({ rules }: World, { service }: Operation, signed: string | undefined): string {
  const [first] = rules.regions;
  return service === 'iam' ? (IAM_REGIONS[partitionOf(first)] ?? first) : (signed ?? first);
}

/** What `aws:RequestedRegion` says of IAM, by partition. */
const IAM_REGIONS: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};
