import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODELS } from '../../src/aws/model/models.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { call, type Sent } from './call.ts';

const MIB = 1024 * 1024;

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth();
});
afterAll(() => berth.stop());

describe('the AWS front door', () => {
  test('answers as AWS JSON 1.1 does', async () => {
    const { status, headers, json } = await call(berth, 'DescribeRepositories');

    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/),
      date: expect.stringMatching(/ GMT$/),
    });
    expect(json).toEqual({ repositories: [] });
  });

  test('names an error bare, in the body and in a header, with a lower-case message', async () => {
    const { status, headers, json } = await call(berth, 'DescribeRepositories', {
      body: { repositoryNames: ['none'] },
    });

    expect(status).toBe(400);
    expect(headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-errortype': 'RepositoryNotFoundException',
      'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/),
      date: expect.stringMatching(/ GMT$/),
    });
    expect(json).toEqual({
      __type: 'RepositoryNotFoundException',
      message: "The repository with name 'none' does not exist in the registry with id '123456789012'",
    });
  });

  test.each<[string, Sent]>([
    ['no body at all', { body: '' }],
    ['an unknown member', { body: { whatIsThis: [1, { a: null }] } }],
    ['null for an optional member', { body: { repositoryNames: null } }],
    ['another content type', { headers: { 'content-type': 'text/plain' } }],
    ['no content type', { headers: { 'content-type': undefined } }],
    ['any host, since the target says what is asked', { headers: { host: 'sts.eu-west-3.example.com' } }],
    ['a presigned address', { presignFor: 60 }],
  ])('takes a call with %s', async (_, sent) => {
    const { status, json } = await call(berth, 'DescribeRepositories', sent);

    expect({ status, json }).toEqual({ status: 200, json: { repositories: [] } });
  });

  const DOES_NOT_MATCH = /^The request signature we calculated does not match the signature you provided/;
  test.each<[string, Sent, string, RegExp | undefined]>([
    ['no signature', { isUnsigned: true }, 'MissingAuthenticationTokenException', /^Missing Authentication Token$/],
    [
      'a docker login instead of a signature',
      { isUnsigned: true, headers: { authorization: 'Basic QVdTOng=' } },
      'IncompleteSignatureException',
      /algorithm/,
    ],
    [
      'a garbage signature',
      { isUnsigned: true, headers: { authorization: 'AWS4-HMAC-SHA256 garbage' } },
      'IncompleteSignatureException',
      /^The Authorization header holds a part/,
    ],
    [
      'an unknown access key',
      { caller: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } },
      'UnrecognizedClientException',
      /^The security token included in the request is invalid\.$/,
    ],
    [
      'a body that is not the signed one',
      { unsignedHeaders: { 'content-type': 'a/b' } },
      'InvalidSignatureException',
      DOES_NOT_MATCH,
    ],
    [
      'a region that is not served',
      { region: 'eu-north-1' },
      'InvalidSignatureException',
      /Regions served here: us-east-1\./,
    ],
    ['a signature for another service', { service: 's3' }, 'InvalidSignatureException', /correct service: 'ecr'\.$/],
    ['an expired presigned address', { presignFor: 0 }, 'IncompleteSignatureException', /X-Amz-Expires/],
    ['a body that is not JSON', { body: '{"a":' }, 'SerializationException', /JSON/],
    ['a JSON list', { body: '[]' }, 'SerializationException', /^Start of list found where not expected\.$/],
    ['JSON null', { body: 'null' }, 'SerializationException', /./],
    [
      'another version of the API',
      { headers: { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20991231.DescribeRepositories' } },
      'UnknownOperationException',
      undefined,
    ],
    [
      'a target without a prefix',
      { headers: { 'x-amz-target': 'DescribeRepositories' } },
      'UnknownOperationException',
      undefined,
    ],
    [
      'a target in lower case letters',
      { headers: { 'x-amz-target': `${MODELS.ecr.targetPrefix}.describerepositories` } },
      'UnknownOperationException',
      undefined,
    ],
    [
      'the target of an object member',
      { headers: { 'x-amz-target': `${MODELS.ecr.targetPrefix}.constructor` } },
      'UnknownOperationException',
      undefined,
    ],
    ['no target', { headers: { 'x-amz-target': undefined } }, 'UnknownOperationException', undefined],
    ['another path', { path: '/ecr' }, 'UnknownOperationException', undefined],
    ['another method', { method: 'PUT' }, 'UnknownOperationException', undefined],
    [
      'a body over 1 MiB',
      { body: `{"a":"${'a'.repeat(MIB)}"}` },
      'InvalidParameterException',
      /length less than or equal to 1048576/,
    ],
  ])('refuses %s', async (_, sent, code, message) => {
    const { status, headers, json } = await call(berth, 'DescribeRepositories', sent);

    expect({ status, type: json['__type'], header: headers['x-amzn-errortype'] }).toEqual({
      status: 400,
      type: code,
      header: code,
    });
    if (message === undefined) expect(json).toEqual({ __type: code });
    else expect(json['message']).toMatch(message);
  });

  test('knows no operation that the published model has not', async () => {
    for (const name of ['ListRepositories', 'constructor', 'toString', '']) {
      const { json } = await call(berth, name);
      expect(json).toEqual({ __type: 'UnknownOperationException' });
    }
  });

  test('refuses an unknown operation before it looks at the signature, and a signature before the body', async () => {
    const unknown = await call(berth, 'Nothing', { isUnsigned: true });
    const unsigned = await call(berth, 'CreateRepository', { isUnsigned: true, body: 'not JSON' });
    const denied = await call(berth, 'CreateRepository', { body: { registryId: '999999999999' } });

    expect(unknown.json['__type']).toBe('UnknownOperationException');
    expect(unsigned.json['__type']).toBe('MissingAuthenticationTokenException');
    expect(denied.json['message']).toBe(
      "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'Member must not be null'",
    );
  });

  test('refuses a body that is announced as too long before it comes', async () => {
    const answer = await half(
      `POST / HTTP/1.1\r\nHost: ${berth.host}\r\nX-Amz-Target: ${MODELS.ecr.targetPrefix}.DescribeRepositories\r\n` +
        `Authorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=f\r\n` +
        `X-Amz-Date: 20250101T000000Z\r\nExpect: 100-continue\r\nContent-Length: ${40 * MIB}\r\n\r\n`,
    );

    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"__type":"InvalidParameterException"');
  });

  test('asks a stranger for no body', async () => {
    const answer = await half(
      `POST / HTTP/1.1\r\nHost: ${berth.host}\r\nX-Amz-Target: ${MODELS.ecr.targetPrefix}.UploadLayerPart\r\n` +
        `Expect: 100-continue\r\nContent-Length: ${10 * MIB}\r\n\r\n`,
    );

    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"__type":"MissingAuthenticationTokenException"');
  });

  test('counts a body whose length is not announced', async () => {
    const { json } = await call(berth, 'DescribeRepositories', {
      body: `{"a":"${'a'.repeat(MIB)}"}`,
      unsignedHeaders: { 'transfer-encoding': 'chunked' },
    });

    expect(json['__type']).toBe('InvalidParameterException');
  });

  test('answers a bug as a ServerException that names the request and nothing else, and logs it with its stack', async () => {
    const broken = await startBerth();
    try {
      const { clock } = broken.world;
      Object.assign(broken.world, {
        ids: {
          uuid: () => {
            throw new Error('a secret of the inside');
          },
        },
        clock,
      });

      const {
        status,
        headers,
        json,
        text: all,
      } = await call(broken, 'CreateRepository', { body: { repositoryName: 'app' } });

      expect(status).toBe(500);
      expect(json).toEqual({
        __type: 'ServerException',
        message: `Internal error. Request id: ${headers['x-amzn-requestid']}`,
      });
      expect(all).not.toContain('secret');
      expect(broken.log).toContainEqual(
        expect.objectContaining({
          message: 'request failed',
          requestId: headers['x-amzn-requestid'],
          err: expect.objectContaining({ stack: expect.stringContaining('a secret of the inside') }),
        }),
      );
    } finally {
      await broken.stop();
    }
  });

  test('logs operation, caller and code with the request', async () => {
    const { headers } = await call(berth, 'DescribeRepositories', { body: { repositoryNames: ['none'] } });

    const line = () => berth.log.find((it) => it['requestId'] === headers['x-amzn-requestid'] && 'status' in it);
    await expect.poll(line).toMatchObject({
      operation: 'ecr:DescribeRepositories',
      principalArn: 'arn:aws:iam::123456789012:root',
      account: '123456789012',
      region: 'us-east-1',
      errorCode: 'RepositoryNotFoundException',
      status: 400,
    });
  });
});

/** Sends the head of a request and no body, and gives all that comes until the server hangs up. */
async function half(head: string): Promise<string> {
  const [hostname = '', port] = berth.host.split(':');
  const socket = connect(Number(port), hostname);
  socket.write(head);
  return text(socket);
}
