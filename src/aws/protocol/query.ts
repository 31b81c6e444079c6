import type { IncomingMessage } from 'node:http';
import { MODELS, type Service } from '../model/models.ts';
import type { Operation } from '../operation.ts';
import { operationsOf } from '../operations.ts';
import { readBody } from '../read-body.ts';
import { splitTarget } from '../sigv4/raw-request.ts';
import type { Protocol } from './protocol.ts';
import { decodePairs } from './query/decode-pairs.ts';
import { errorOf } from './query/errors.ts';
import { isFormEncoded, LARGEST_BODY, parsePairs } from './query/parse-pairs.ts';
import { MethodNotAllowed, MissingAction, UnknownAction } from './query/refusals.ts';
import { element, escapeXml, renderXml } from './query/xml.ts';

/** The services that speak Query, by the version that their clients name. */
const BY_VERSION: ReadonlyMap<string, Service> = new Map([
  ['2011-06-15', 'sts'],
  ['2010-05-08', 'iam'],
]);

/** What is said where no operation was found: IAM's words. */
const USUAL = { version: '2010-05-08', xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/' };

/**
 * The AWS Query protocol of IAM and STS: parameters in a form or in the query of the address, answers in XML. All that
 * the address says counts as if the form said it, so that a presigned GetCallerIdentity may be a GET or a POST.
 */
export const QUERY_PROTOCOL: Protocol = {
  async open(request) {
    const { method, url = '', headers } = request;
    if (method !== 'GET' && method !== 'POST') throw MethodNotAllowed({ method: method ?? '' });
    // Only the body names the operation, so that it is read before anybody has signed; it is small.
    const body = method === 'POST' ? await readBody(request, LARGEST_BODY) : Buffer.alloc(0);
    const form = isFormEncoded(headers['content-type']) ? body.toString('latin1') : '';
    const pairs = parsePairs(splitTarget(url).query, form);
    return {
      operation: await operationFor(pairs.get('Action'), pairs.get('Version')),
      readBody: async () => body,
      decoder: () => (model, shapeName) => decodePairs(model, shapeName, pairs),
    };
  },

  answer({ response, requestId }, { service, name, output: shapeName }, output) {
    const model = MODELS[service];
    const result = shapeName === undefined ? '' : renderXml(model, shapeName, output, `${name}Result`);
    const metadata = element('ResponseMetadata', element('RequestId', requestId));
    const namespace = ` xmlns="${model.xmlNamespace}"`;
    send(response, 200, `<${name}Response${namespace}>${result}${metadata}</${name}Response>`);
  },

  refuse(exchange, refusal, operation) {
    sendError(exchange, errorOf(refusal, operation), operation);
  },

  fail(exchange) {
    const message = `Internal error. Request id: ${exchange.requestId}`;
    sendError(exchange, { status: 500, code: 'ServiceFailure', message }, undefined);
  },
};

/** Whether a request speaks this protocol: it is a form, or its address names an action. */
export function isQuery({ headers, url = '' }: Pick<IncomingMessage, 'headers' | 'url'>): boolean {
  return isFormEncoded(headers['content-type']) || /(?:^|&)Action=/.test(splitTarget(url).query);
}

async function operationFor(action: string | undefined, version: string | undefined): Promise<Operation> {
  if (action === undefined || action === '') throw MissingAction({});
  for (const [served, service] of BY_VERSION) {
    const found = version === undefined || version === served ? (await operationsOf(service)).get(action) : undefined;
    if (found) return found;
  }
  throw UnknownAction({ action, version: version ?? USUAL.version });
}

interface QueryError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

function sendError(
  { response, requestId }: Parameters<Protocol['fail']>[0],
  { status, code, message }: QueryError,
  operation: Operation | undefined,
): void {
  const { xmlNamespace } = operation ? MODELS[operation.service] : USUAL;
  const type = element('Type', status < 500 ? 'Sender' : 'Receiver');
  const error = element('Error', `${type}${element('Code', escapeXml(code))}${element('Message', escapeXml(message))}`);
  const id = element('RequestId', requestId);
  send(response, status, `<ErrorResponse xmlns="${xmlNamespace}">${error}${id}</ErrorResponse>`);
}

function send(response: Parameters<Protocol['fail']>[0]['response'], status: number, xml: string): void {
  const body = Buffer.from(`${xml}\n`, 'utf8');
  response.writeHead(status, { 'Content-Type': 'text/xml', 'Content-Length': body.length });
  response.end(body);
}
