import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { MODELS, type Service } from '../../../src/aws/model/models.ts';
import type { TestBerth } from '../../berth.ts';
import type { Credentials } from '../../identity.ts';
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
  const { status, body } = await answerTo(berth, sent);
  return { status, ...errorIn(body) };
}

/** The same, as it came back. */
export async function answerTo(berth: TestBerth, sent: Sent): Promise<{ status: number; body: string }> {
  const { service, operation, input, credentials } = sent;
  const { targetPrefix, apiVersion, signingName } = MODELS[service];
  const isQuery = targetPrefix === undefined;
  const body = isQuery ? formOf(operation, apiVersion, input) : JSON.stringify(input);
  const headers = {
    host: berth.host,
    ...(isQuery
      ? { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
      : { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${targetPrefix}.${operation}` }),
  };
  if (!credentials) return post(berth, headers, body);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const { rawHeaders } = await signedRequest(
    { method: 'POST', path: '/', headers, body },
    {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
      region: berth.registry.region,
      service: signingName,
      at: berth.world.clock.now(),
    },
  );
  const signed = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as const] : []));
  return post(berth, Object.fromEntries(signed), body);
}

function post(
  berth: TestBerth,
  headers: Record<string, string>,
  body: string,
): Promise<{ status: number; body: string }> {
  const [hostname, port] = berth.host.split(':');
  return new Promise((resolve, reject) => {
    const sending = request({ hostname, port, method: 'POST', path: '/', headers, agent: false }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

function errorIn(answer: string): Omit<Said, 'status'> {
  if (answer.startsWith('<')) return { code: tagIn(answer, 'Code'), message: tagIn(answer, 'Message') };
  const { __type: code = '', message = '' } = answer === '' ? {} : JSON.parse(answer);
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
