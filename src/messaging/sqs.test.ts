import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { signedRequest } from '../../test/aws/signer.ts';
import { inNetworks } from '../outbound/addresses.ts';
import { guardedClient } from '../outbound/guarded-client.ts';
import { sendToQueue } from './sqs.ts';

const NOW = new Date('2026-11-28T15:04:05Z');
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };
const QUEUE = { region: 'eu-central-1', account: '123456789012', name: 'pushes.fifo' };
const MESSAGE = { body: '{"ä":1}', fifo: { groupId: 'app', deduplicationId: 'id-1' } };

let close = () => {};
afterEach(() => close());

interface Got {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A service of queues on loopback that gives this answer, and what it was sent. */
async function stage(status = 200, answer: object = { MessageId: 'm-1' }) {
  const got: Got[] = [];
  const server = createServer(async (request, response) => {
    got.push({ headers: request.headers, body: await text(request) });
    response.writeHead(status).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.close();
    server.closeAllConnections();
  };
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const mayAsk = inNetworks([{ address: '127.0.0.1', prefix: 32 }]);
  const outbound = guardedClient({ resolve: async () => [], mayAsk });
  const using = (service: object) => ({
    outbound,
    clock: { now: () => NOW },
    service: { endpoint, credentials: async () => CREDENTIALS, ...service },
  });
  return { got, endpoint, using, send: (service = {}) => sendToQueue(using(service), QUEUE, MESSAGE) };
}

describe('a message for a queue', () => {
  test('is sent as SendMessage, with what keeps the order of a queue that does', async () => {
    const { send, got, endpoint } = await stage();

    await send();

    expect(got).toHaveLength(1);
    expect(got[0]?.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AmazonSQS.SendMessage',
      'x-amz-security-token': 'token',
    });
    expect(JSON.parse(got[0]?.body ?? '')).toEqual({
      QueueUrl: `${endpoint}/123456789012/pushes.fifo`,
      MessageBody: '{"ä":1}',
      MessageGroupId: 'app',
      MessageDeduplicationId: 'id-1',
    });
  });

  test('is signed as an independent signer signs it', async () => {
    const { send, got, endpoint } = await stage();

    await send();

    const { headers = {}, body = '' } = got[0] ?? {};
    const sent = {
      host: new URL(endpoint).host,
      'content-type': String(headers['content-type']),
      'x-amz-target': String(headers['x-amz-target']),
    };
    const theirs = await signedRequest(
      { method: 'POST', path: '/', headers: sent, body },
      { ...CREDENTIALS, region: QUEUE.region, service: 'sqs', at: NOW },
    );
    expect(theirs.rawHeaders).toContain(headers.authorization);
  });

  test('has its attributes as text', async () => {
    const { using, got } = await stage();

    await sendToQueue(using({}), { ...QUEUE, name: 'dead' }, { body: '{}', attributes: { ERROR_CODE: 'TIMEOUT' } });

    expect(JSON.parse(got[0]?.body ?? '')).toMatchObject({
      MessageAttributes: { ERROR_CODE: { DataType: 'String', StringValue: 'TIMEOUT' } },
    });
  });

  test.each([
    [
      'the queue is not there',
      400,
      { __type: 'com.amazonaws.sqs#QueueDoesNotExist' },
      { isFinal: true, code: 'NO_RESOURCE' },
    ],
    ['it is asked too often', 400, { __type: 'RequestThrottled' }, { isFinal: false }],
    [
      'the credentials do not count',
      403,
      { __type: 'InvalidClientTokenId' },
      { isFinal: false, code: 'NO_PERMISSIONS' },
    ],
    ['it has a failure of its own', 500, { __type: 'QueueDoesNotExist' }, { isFinal: false }],
  ])('is not carried when %s', async (_, status, answer, expected) => {
    const { send } = await stage(status, answer);

    await expect(send()).rejects.toMatchObject({ name: 'NotCarried', ...expected });
  });

  test.each([
    ['nobody names a service', undefined, { isFinal: true, code: 'BAD_ENDPOINT' }],
    ['it is inside', { endpoint: 'http://10.0.0.1' }, { isFinal: true, code: 'BAD_ENDPOINT' }],
    ['it does not answer', { endpoint: 'http://127.0.0.1:1' }, { isFinal: false, code: 'CONNECTION_FAILURE' }],
    [
      'there are no credentials',
      { credentials: () => Promise.reject(new Error('none')) },
      { isFinal: false, code: 'NO_PERMISSIONS' },
    ],
  ])('is not carried when %s', async (_, service, expected) => {
    const { using, got } = await stage();
    const all = service === undefined ? { ...using({}), service: undefined } : using(service);

    await expect(sendToQueue(all, QUEUE, MESSAGE)).rejects.toMatchObject({ name: 'NotCarried', ...expected });
    expect(got).toEqual([]);
  });

  test("goes to Amazon's own service in the region of the queue where no other is named", async () => {
    const asked: string[] = [];
    const outbound = {
      async post(address: string) {
        asked.push(address);
        return { status: 200, headers: {}, body: Buffer.from('{}') };
      },
    };
    const { using } = await stage();

    for (const region of ['eu-central-1', 'cn-north-1']) {
      await sendToQueue({ ...using({ endpoint: undefined }), outbound }, { ...QUEUE, region }, MESSAGE);
    }

    expect(asked).toEqual(['https://sqs.eu-central-1.amazonaws.com/', 'https://sqs.cn-north-1.amazonaws.com.cn/']);
  });
});
