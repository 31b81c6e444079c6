import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { systemIds } from '../ids.ts';
import { startLog } from '../telemetry/log.ts';
import { gate } from './gate.ts';
import { listen } from './server.ts';

interface Asked {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const JSON_CALL = { path: '/', headers: { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.ListImages' } };
const QUERY_CALL = { path: '/', headers: { 'content-type': 'application/x-www-form-urlencoded' } };

test.each<[string, Asked, string, RegExp]>([
  ['docker', { path: '/v2/' }, 'text/plain; charset=utf-8', /^Berth is starting\.\n$/],
  [
    'an SDK of a JSON service',
    JSON_CALL,
    'application/x-amz-json-1.1',
    /^\{"__type":"ServiceUnavailable","message":"Berth is starting\."\}$/,
  ],
  [
    'an SDK of a Query service',
    QUERY_CALL,
    'text/xml',
    /^<ErrorResponse><Error><Type>Receiver<\/Type><Code>ServiceUnavailable<\/Code>.*<RequestId>[0-9a-f-]{36}<\/RequestId><\/ErrorResponse>$/,
  ],
])('while it starts, %s is told to try again in its own words', async (_, asked, contentType, body) => {
  const { doors } = gate(async () => {});
  const log = startLog('error', { write: () => {} });
  const usual = { host: '127.0.0.1', port: 0, tls: undefined, isTrustedProxy: () => false };
  const listener = await listen({ ...usual, doors, ids: systemIds, log });
  onTestFinished(() => listener.close());

  const answer = await post(listener.port, asked);

  expect(answer).toEqual({
    status: 503,
    retryAfter: '1',
    contentType,
    text: expect.stringMatching(body),
  });
});

function post(port: number, { path, headers = {} }: Asked) {
  return new Promise((resolve, reject) => {
    const sending = request({ host: '127.0.0.1', port, method: 'POST', path, headers, agent: false }, (response) => {
      text(response).then((it) => {
        resolve({
          status: response.statusCode,
          retryAfter: response.headers['retry-after'],
          contentType: response.headers['content-type'],
          text: it,
        });
      }, reject);
    });
    sending.on('error', reject);
    sending.end();
  });
}
