import type { IncomingMessage } from 'node:http';
import { MODELS, type Service } from '../model/models.ts';
import type { Operation } from '../operation.ts';
import { operationsOf } from '../operations.ts';
import { parseBody, readBody } from '../read-body.ts';
import { UnknownOperation } from '../refusals.ts';
import { parseQuery, splitTarget } from '../sigv4/raw-request.ts';
import { decode } from '../validation/decode.ts';
import { render } from '../validation/render.ts';
import type { Protocol } from './protocol.ts';
import { sendJson } from './send-json.ts';

/** What stands before the dot in a target, of the services that speak JSON. */
const BY_PREFIX: ReadonlyMap<string, Service> = new Map([
  ['AmazonEC2ContainerRegistry_V20150921', 'ecr'],
  ['TrentService', 'kms'],
  ['com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101', 'cloudtrail'],
  ['AWSEvents', 'events'],
  ['AWSInsightsIndexService', 'ce'],
  ['ServiceQuotasV20190624', 'servicequotas'],
]);

/** AWS JSON 1.1. The target alone says which operation is meant: the AWS CLI calls any host that it is told. */
export const JSON_PROTOCOL: Protocol = {
  async open(request) {
    const operation = await operationOf(request);
    return {
      operation,
      readBody: () => readBody(request, operation.largestBody),
      decoder(body) {
        const json = parseBody(body);
        return (model, shapeName) => decode(model, shapeName, json);
      },
    };
  },

  answer({ response }, { service, output: shapeName }, output) {
    sendJson(response, 200, shapeName === undefined ? undefined : render(MODELS[service], shapeName, output));
  },

  /** botocore reads the code from `__type` alone, other SDKs from the header or from there: both say the same, bare. */
  refuse({ response }, { status, code, message, members, facts }) {
    const own = Object.fromEntries(members.map((it) => [it, facts[it]]));
    const answer = { __type: code, ...(message !== '' && { message }), ...own };
    sendJson(response, status, answer, { 'x-amzn-ErrorType': code });
  },

  fail({ response, requestId }) {
    const answer = { __type: 'ServerException', message: `Internal error. Request id: ${requestId}` };
    sendJson(response, 500, answer, { 'x-amzn-ErrorType': 'ServerException' });
  },
};

/** What `X-Amz-Target` says; undefined where there is none. */
export function targetOf({ headers, url = '' }: Pick<IncomingMessage, 'headers' | 'url'>): string | undefined {
  // Who presigns an address with the SDK finds his x-amz- headers moved to its query; the signature covers them there.
  const inQuery = () => parseQuery(splitTarget(url).query).find(([it]) => it.toLowerCase() === 'x-amz-target')?.[1];
  const target = headers['x-amz-target'] ?? inQuery();
  return typeof target === 'string' ? target : undefined;
}

/** @throws UnknownOperation, also for anything but `POST /` */
async function operationOf(request: IncomingMessage): Promise<Operation> {
  const target = targetOf(request);
  const isPost = request.method === 'POST' && splitTarget(request.url ?? '').path === '/';
  const dot = target?.lastIndexOf('.') ?? -1;
  const service = isPost ? BY_PREFIX.get(target?.slice(0, dot) ?? '') : undefined;
  const found = service && (await operationsOf(service)).get(target?.slice(dot + 1) ?? '');
  if (!found) throw UnknownOperation({ target });
  return found;
}
