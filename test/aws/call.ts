import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { MODELS } from '../../src/aws/model/models.ts';
import type { TestBerth } from '../berth.ts';
import type { Caller } from './client.ts';
import { signedRequest } from './signer.ts';

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  /** Instead of, or besides, the usual headers; undefined leaves one out. They are signed. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Headers that are added after the signature. */
  readonly unsignedHeaders?: Readonly<Record<string, string>>;
  /** JSON, or a text that is sent as it is. */
  readonly body?: unknown;
  readonly caller?: Caller;
  readonly region?: string;
  readonly service?: string;
  /** Signs the address instead of the headers, for so many seconds. */
  readonly presignFor?: number;
  readonly isUnsigned?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body as it came. */
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Calls the API by HTTP alone, as far from the SDK as `sent` asks. */
export async function call(berth: TestBerth, operation: string, sent: Sent = {}): Promise<Answer> {
  const { method = 'POST', path = '/', body = {} } = sent;
  const headers = given({
    host: berth.host,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `${MODELS.ecr.targetPrefix}.${operation}`,
    ...sent.headers,
  });
  const bytes = typeof body === 'string' ? body : JSON.stringify(body);
  if (sent.isUnsigned) return send(berth, { method, url: path, headers, body: bytes });

  const { accessKeyId, secretAccessKey, sessionToken }: Caller = sent.caller ?? berth;
  const signed = await signedRequest(
    { method, path, headers, body: bytes },
    {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
      region: sent.region ?? berth.registry.region,
      service: sent.service ?? 'ecr',
      at: berth.world.clock.now(),
      ...(sent.presignFor !== undefined && { presignFor: sent.presignFor }),
    },
  );
  const { rawHeaders, url } = signed;
  const signedHeaders = Object.fromEntries(
    rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? '']] : [])),
  );
  return send(berth, { method, url, headers: { ...signedHeaders, ...sent.unsignedHeaders }, body: bytes });
}

interface Raw {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

function send(berth: TestBerth, { method, url, headers, body }: Raw): Promise<Answer> {
  const [hostname, port] = berth.host.split(':');
  return new Promise((resolve, reject) => {
    const sending = request({ hostname, port, method, path: url, headers, agent: false }, (response) => {
      text(response).then((it) => {
        const json: Answer['json'] = it === '' ? {} : JSON.parse(it);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: it, json });
      }, reject);
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

function given(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
