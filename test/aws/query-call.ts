import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TestBerth } from '../berth.ts';
import type { Caller } from './client.ts';
import { signedRequest } from './signer.ts';

export interface QuerySent {
  readonly method?: string;
  /** Parameters of the address. */
  readonly query?: Readonly<Record<string, string>>;
  /** Besides the usual ones; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly caller?: Caller;
  readonly service?: string;
  readonly region?: string;
  readonly at?: Date;
  /** Signs the address instead of the headers, for so many seconds. */
  readonly presignFor?: number;
  readonly isUnsigned?: boolean;
}

export interface QueryAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly xml: string;
}

/** Calls a Query service by HTTP alone. `form` is the body; undefined sends none. */
export async function queryCall(
  berth: TestBerth,
  form: string | Readonly<Record<string, string>> | undefined,
  sent: QuerySent = {},
): Promise<QueryAnswer> {
  const { method = 'POST', query = {}, service = 'iam', region = 'us-east-1' } = sent;
  const caller: Caller = sent.caller ?? berth;
  const address = new URLSearchParams(query).toString();
  const body = typeof form === 'object' ? new URLSearchParams(form).toString() : (form ?? '');
  const type = form === undefined ? undefined : 'application/x-www-form-urlencoded; charset=utf-8';
  const wanted = { host: berth.host, 'content-type': type, ...sent.headers };
  const headers = Object.fromEntries(Object.entries(wanted).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));
  if (sent.isUnsigned) return send(berth, { method, url: address === '' ? '/' : `/?${address}`, headers, body });

  const { accessKeyId, secretAccessKey, sessionToken } = caller;
  const { rawHeaders, url } = await signedRequest(
    { method, path: '/', query, headers, body },
    {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
      region,
      service,
      at: sent.at ?? berth.world.clock.now(),
      ...(sent.presignFor !== undefined && { presignFor: sent.presignFor }),
    },
  );
  const signed = Object.fromEntries(
    rawHeaders.flatMap((it, i) => (i % 2 === 0 ? [[it, rawHeaders[i + 1] ?? '']] : [])),
  );
  return send(berth, { method, url, headers: signed, body });
}

/** Status, code and text of an error; its Type and its ids are looked at. */
export function errorIn({ status, headers, xml }: QueryAnswer): { status: number; code: string; message: string } {
  const [, type, code = '', message = '', id] =
    /^<ErrorResponse xmlns="https:\/\/(?:iam|sts)\.amazonaws\.com\/doc\/[0-9-]+\/"><Error><Type>(Sender|Receiver)<\/Type><Code>(\w+)<\/Code><Message>([^<]*)<\/Message><\/Error><RequestId>([0-9a-f-]{36})<\/RequestId><\/ErrorResponse>\n$/.exec(
      xml,
    ) ?? [];
  if (type !== (status < 500 ? 'Sender' : 'Receiver') || id !== headers['x-amzn-requestid']) {
    throw new Error(`This is no error of a Query service: ${status} ${xml}`);
  }
  return { status, code, message };
}

interface Raw {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

function send(berth: TestBerth, { method, url, headers, body }: Raw): Promise<QueryAnswer> {
  const [hostname, port] = berth.host.split(':');
  return new Promise((resolve, reject) => {
    const sending = request({ hostname, port, method, path: url, headers, agent: false }, (response) => {
      text(response).then((xml) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, xml });
      }, reject);
    });
    sending.on('error', reject);
    sending.end(body);
  });
}
