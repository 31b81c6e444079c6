import type { IncomingMessage } from 'node:http';
import type { Exchange } from '../exchange.ts';
import { findSigner, type Signer } from '../identity/find-signer.ts';
import { requestFacts } from '../identity/request-facts.ts';
import type { World } from '../world.ts';
import { findOperation } from './find-operation.ts';
import { MODELS, type Operation } from './operation.ts';
import { originOf } from './origin.ts';
import { parseBody, readBody } from './read-body.ts';
import { renderErrors } from './render-error.ts';
import { sendJson } from './send-json.ts';
import { type DerivedKeys, derivedKeys } from './sigv4/derived-keys.ts';
import { parseAuthorization } from './sigv4/parse-authorization.ts';
import { parseQuery, splitTarget } from './sigv4/raw-request.ts';
import { type Verified, verifySignature } from './sigv4/verify-signature.ts';

export interface AwsFrontDoor {
  readonly world: World;
  /** The domain under which all callers reach this installation; undefined when each goes by the host he used. */
  readonly domain?: string | undefined;
}

/**
 * Front door 2, AWS JSON 1.1. The order of its checks is ECR's: the operation is known, the signature is right, the body
 * is JSON, the input keeps the model, the caller may; then the operation decides.
 */
export function awsFrontDoor({ world, domain }: AwsFrontDoor): (exchange: Exchange) => Promise<void> {
  const keys = derivedKeys();
  return (exchange) =>
    renderErrors(exchange, async () => {
      const { request, response, requestId, note } = exchange;
      const { path, query } = splitTarget(request.url ?? '');
      const operation = findOperation(request.method, path, targetOf(request, query));
      note({ operation: `${operation.service}:${operation.name}` });

      const { body, region, key, sessionToken } = await receive(world, keys, request, operation);
      const { principal, accessKeyId, epoch } = key;
      note({ principalArn: principal.arn, account: principal.account, region });

      const answer = await operation.run(parseBody(body), {
        world,
        principal,
        caller: { principal, request: requestFacts(request, region) },
        signer: { accessKeyId, epoch, principal, sessionToken },
        registry: { account: principal.account, region },
        origin: originOf(request),
        domain,
        requestId,
      });
      sendJson(response, 200, answer);
    });
}

/** Takes the body in and verifies who signed it. The body of a request that is not signed at all is not read. */
async function receive(
  world: World,
  keys: DerivedKeys,
  request: IncomingMessage,
  operation: Operation,
): Promise<Verified<Signer> & { body: Buffer<ArrayBuffer> }> {
  const { method = '', url = '', rawHeaders } = request;
  parseAuthorization({ method, url, rawHeaders, body: new Uint8Array() });
  const body = await readBody(request, operation.largestBody);
  const verified = await verifySignature(
    { method, url, rawHeaders, body },
    {
      now: world.clock.now(),
      services: [MODELS[operation.service].signingName],
      regions: world.rules.regions,
      findKey: (accessKeyId, sessionToken) => findSigner(world, accessKeyId, sessionToken),
      derivedKeys: keys,
    },
  );
  return { ...verified, body };
}

/** Who presigns an address with the SDK finds his x-amz- headers moved to its query; the signature covers them there. */
function targetOf({ headers }: IncomingMessage, query: string): string | undefined {
  const target = headers['x-amz-target'] ?? parseQuery(query).find(([it]) => it.toLowerCase() === 'x-amz-target')?.[1];
  return typeof target === 'string' ? target : undefined;
}
