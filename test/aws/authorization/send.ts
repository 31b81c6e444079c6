import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { MODELS, type Service } from '../../../src/aws/model/models.ts';
import type { TestBerth } from '../../berth.ts';
import type { Credentials } from '../../identity.ts';
import { restRequest } from '../rest-request.ts';
import { signedRequest } from '../signer.ts';

/** What came back, in whatever form: empty texts where there was no error. */
export interface Said {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

interface Sent {
  readonly service: Service;
  readonly operation: string;
  readonly input: unknown;
  /** Not signed when left out. */
  readonly credentials?: Credentials | undefined;
}

/** Calls an operation of any service in the protocol that the service speaks. */
export async function send(berth: TestBerth, sent: Sent): Promise<Said> {
  const { status, body, errorType } = await answerTo(berth, sent);
  return { status, ...errorIn(body, errorType) };
}

/** The same, as it came back. */
export async function answerTo(berth: TestBerth, sent: Sent): Promise<Answer> {
  const { service, operation, input, credentials } = sent;
  const { signingName } = MODELS[service];
  const unsigned = requestOf(berth, { service, operation, input });
  if (!credentials) return exchange(berth, { ...unsigned, url: unsigned.path });
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const { rawHeaders, url } = await signedRequest(unsigned, {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    region: berth.registry.region,
    service: signingName,
    at: berth.world.clock.now(),
  });
  const signed = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as const] : []));
  return exchange(berth, { ...unsigned, url, headers: Object.fromEntries(signed) });
}

interface Answer {
  readonly status: number;
  readonly body: string;
  /** What the header says of an error: there alone REST services say it. */
  readonly errorType: string | undefined;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, string[]>;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** As the service's protocol has it. */
function requestOf(berth: TestBerth, { service, operation, input }: Omit<Sent, 'credentials'>): Request {
  const model = MODELS[service];
  const { targetPrefix, apiVersion } = model;
  const { host } = berth;
  if (model.operations.get(operation)?.http) {
    return { ...restRequest(model, operation, Object(input)), headers: { host, 'content-type': 'application/json' } };
  }
  const post = { method: 'POST', path: '/' };
  if (targetPrefix === undefined) {
    const headers = { host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    return { ...post, headers, body: formOf(operation, apiVersion, input) };
  }
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${targetPrefix}.${operation}` };
  return { ...post, headers: { host, ...headers }, body: JSON.stringify(input) };
}

function exchange(
  berth: TestBerth,
  { method, url, headers, body }: Request & { readonly url: string },
): Promise<Answer> {
  const [hostname, port] = berth.host.split(':');
  return new Promise((resolve, reject) => {
    const sending = request({ hostname, port, method, path: url, headers, agent: false }, (response) => {
      const errorType = response.headers['x-amzn-errortype'];
      const status = response.statusCode ?? 0;
      text(response).then((answer) => resolve({ status, body: answer, errorType: errorType?.toString() }), reject);
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

function errorIn(answer: string, errorType: string | undefined): Omit<Said, 'status'> {
  if (answer.startsWith('<')) return { code: tagIn(answer, 'Code'), message: tagIn(answer, 'Message') };
  if (!/^(?:\{|$)/.test(answer)) return { code: '', message: '' }; // Of no API at all.
  const { __type: code = errorType ?? '', message = '' } = answer === '' ? {} : JSON.parse(answer);
  return code === '' ? { code, message: '' } : { code, message };
}

function tagIn(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]?.replaceAll('&apos;', "'") ?? '';
}

/** The parameters of the Query protocol: `A.member.1.B=x`. */
function formOf(operation: string, version: string, input: unknown): string {
  const pairs = [['Action', operation], ['Version', version], ...pairsOf('', input)];
  return new URLSearchParams(pairs).toString();
}

function pairsOf(name: string, value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  const members = Array.isArray(value)
    ? value.map((it, at) => [`member.${at + 1}`, it] as const)
    : Object.entries(value);
  return members.flatMap(([key, it]) => pairsOf(name === '' ? key : `${name}.${key}`, it));
}
