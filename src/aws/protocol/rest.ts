import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Refusal } from '../../values/refusal.ts';
import { MODELS, type Service } from '../model/models.ts';
import type { Operation } from '../operation.ts';
import { operationsOf } from '../operations.ts';
import { parseBody, readBody } from '../read-body.ts';
import { NoSuchRoute } from '../refusals.ts';
import { parseAuthorization } from '../sigv4/parse-authorization.ts';
import { splitTarget } from '../sigv4/raw-request.ts';
import { decode } from '../validation/decode.ts';
import { render } from '../validation/render.ts';
import type { Protocol } from './protocol.ts';
import { gatherInput } from './rest/gather-input.ts';
import { routeOf } from './rest/route.ts';

/** The services that speak REST with JSON, by the name that their clients sign for. */
const BY_SIGNING_NAME: ReadonlyMap<string, Service> = new Map([['signer', 'signer']]);

/**
 * REST with JSON (Smithy's restJson1). Several services have the same addresses (`/tags/{resourceArn}`), so the one that
 * is meant is the one that the request is signed for.
 */
export const REST_PROTOCOL: Protocol = {
  async open(request) {
    const { operation, labels } = await operationOf(request);
    return {
      operation,
      readBody: () => readBody(request, operation.largestBody),
      decoder(bytes) {
        const parts = { labels, query: splitTarget(request.url ?? '').query, headers: request.headers };
        const body = parseBody(bytes);
        return (model, shapeName) => decode(model, shapeName, gatherInput(model, shapeName, { ...parts, body }));
      },
    };
  },

  answer({ response }, { service, output: shapeName }, output) {
    send(response, 200, shapeName === undefined ? {} : render(MODELS[service], shapeName, output));
  },

  refuse({ response }, refusal, operation) {
    const { code, message, members, facts } = refusal;
    const own = Object.fromEntries(members.map((it) => [it, facts[it]]));
    const answer = { ...(message !== '' && { message }), ...own };
    send(response, statusOf(refusal, operation), answer, { 'x-amzn-ErrorType': code });
  },

  fail({ response, requestId }) {
    const code = 'InternalServiceErrorException';
    send(response, 500, { message: `Internal error. Request id: ${requestId}` }, { 'x-amzn-ErrorType': code });
  },
};

/** Whether a request speaks this protocol: the others are called at `/` alone. */
export function isRest({ url = '' }: Pick<IncomingMessage, 'url'>): boolean {
  // A proxy's absolute form has an address before the path.
  return !/^(?:https?:\/\/[^/?]*)?\/?$/i.test(splitTarget(url).path);
}

/** @throws MissingAuthenticationToken, IncompleteSignature, NoSuchRoute */
async function operationOf(
  request: IncomingMessage,
): Promise<{ operation: Operation; labels: ReadonlyMap<string, string> }> {
  const { method = '', url = '', rawHeaders } = request;
  const { scope } = parseAuthorization({ method, url, rawHeaders, body: new Uint8Array() });
  const { path } = splitTarget(url);
  const service = BY_SIGNING_NAME.get(scope.service);
  if (service) {
    const operations = await operationsOf(service);
    for (const [name, route] of routesOf(service)) {
      const labels = route.match(method, path);
      const operation = operations.get(name);
      if (labels && operation) return { operation, labels };
    }
  }
  throw NoSuchRoute({ method, path });
}

const compiled = new Map<Service, ReturnType<typeof compileRoutes>>();

function routesOf(service: Service) {
  const known = compiled.get(service) ?? compileRoutes(service);
  compiled.set(service, known);
  return known;
}

function compileRoutes(service: Service) {
  return Array.from(MODELS[service].operations).flatMap(([name, { http }]) =>
    http ? [[name, routeOf(http)] as const] : [],
  );
}

/** Who is not let in, as REST services answer it; other codes have their status in the model, or their own. */
const STATUSES: Readonly<Record<string, number>> = {
  AccessDeniedException: 403,
  MissingAuthenticationTokenException: 403,
  UnrecognizedClientException: 403,
  ExpiredTokenException: 403,
  InvalidSignatureException: 403,
  ThrottlingException: 429,
};

function statusOf({ code, status }: Refusal, operation: Operation | undefined): number {
  const shape = operation && MODELS[operation.service].shapes.get(code);
  const modelled = shape?.type === 'structure' ? shape.error?.status : undefined;
  return modelled ?? STATUSES[code] ?? status;
}

function send(response: ServerResponse, status: number, value: unknown, headers: OutgoingHttpHeaders = {}): void {
  const body = Buffer.from(JSON.stringify(value), 'utf8');
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length, ...headers });
  response.end(body);
}
