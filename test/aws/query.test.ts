import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../berth.ts';
import { role, session, user } from '../identity.ts';
import { errorIn, type QuerySent, queryCall } from './query-call.ts';

const GET_USER = { Action: 'GetUser', Version: '2010-05-08' };
const MINUTE = 60_000;

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth();
});
afterAll(() => berth.stop());

describe('the Query protocol', () => {
  test('answers in XML with the namespace of the service and the id of the request', async () => {
    const { status, headers, xml } = await queryCall(berth, GET_USER);

    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/xml');
    expect(xml).toMatch(
      /^<GetUserResponse xmlns="https:\/\/iam\.amazonaws\.com\/doc\/2010-05-08\/"><GetUserResult><User><UserId>123456789012<\/UserId><Arn>arn:aws:iam::123456789012:root<\/Arn><CreateDate>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ<\/CreateDate><\/User><\/GetUserResult><ResponseMetadata><RequestId>[0-9a-f-]{36}<\/RequestId><\/ResponseMetadata><\/GetUserResponse>\n$/,
    );
    expect(xml).toContain(`<RequestId>${headers['x-amzn-requestid']}</RequestId>`);
  });

  test('has no result where the operation has no output', async () => {
    await queryCall(berth, { Action: 'CreateGroup', GroupName: 'gone' });
    const { xml } = await queryCall(berth, { Action: 'DeleteGroup', GroupName: 'gone' });

    expect(xml).toMatch(/^<DeleteGroupResponse xmlns="[^"]+"><ResponseMetadata>/);
  });

  test.each<[string, string | Record<string, string> | undefined, QuerySent]>([
    ['parameters in any order', 'Version=2010-05-08&Action=GetUser', {}],
    ['no version', { Action: 'GetUser' }, {}],
    ['a content type without charset', GET_USER, { headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['a region that is served nowhere', GET_USER, { region: 'ap-south-9' }],
    ['its parameters in a signed address', undefined, { method: 'GET', query: GET_USER }],
    ['a presigned address', undefined, { method: 'GET', query: { Action: 'GetUser' }, presignFor: 60 }],
    ['a presigned address to post to', undefined, { query: { Action: 'GetUser' }, presignFor: 60 }],
    ['any host', GET_USER, { headers: { host: 'iam.example.com' } }],
    ['parameters that nobody knows', { ...GET_USER, 'Tags.member.1.Key': 'x', Nonsense: '1' }, {}],
  ])('takes a call with %s', async (_, form, sent) => {
    const { status, xml } = await queryCall(berth, form, sent);

    expect({ status, xml }).toEqual({ status: 200, xml: expect.stringContaining('<GetUserResult>') });
  });

  test.each<[string, string | Record<string, string>, QuerySent, number, string, string | RegExp]>([
    [
      'an unknown action',
      { Action: 'Fly' },
      {},
      400,
      'InvalidAction',
      'Could not find operation Fly for version 2010-05-08',
    ],
    [
      'an action of another version',
      { Action: 'GetUser', Version: '2011-06-15' },
      {},
      400,
      'InvalidAction',
      'Could not find operation GetUser for version 2011-06-15',
    ],
    [
      'an action that is not served',
      { Action: 'CreateVirtualMFADevice' },
      {},
      400,
      'InvalidAction',
      /CreateVirtualMFADevice/,
    ],
    ['no action', { Version: '2010-05-08' }, {}, 400, 'MissingAction', 'Missing Action'],
    [
      'no signature',
      GET_USER,
      { isUnsigned: true },
      403,
      'MissingAuthenticationToken',
      'Request is missing Authentication Token',
    ],
    [
      'an unknown key',
      GET_USER,
      { caller: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'none' } },
      403,
      'InvalidClientTokenId',
      'The security token included in the request is invalid',
    ],
    [
      'a signature of another hour',
      GET_USER,
      { at: new Date(0) },
      403,
      'SignatureDoesNotMatch',
      /^Signature expired: /,
    ],
    [
      'a signature for another service',
      GET_USER,
      { service: 'sts' },
      403,
      'SignatureDoesNotMatch',
      /^Credential should be scoped to correct service: 'iam'/,
    ],
    [
      'what is no signature',
      GET_USER,
      { isUnsigned: true, headers: { authorization: 'AWS4-HMAC-SHA256 nonsense' } },
      400,
      'IncompleteSignature',
      /valid key=value pair/,
    ],
    [
      'a member that is missing',
      { Action: 'CreateUser' },
      {},
      400,
      'ValidationError',
      "1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null",
    ],
    [
      'a member that is wrong',
      { Action: 'CreateUser', UserName: 'a<b', Path: 'x' },
      {},
      400,
      'ValidationError',
      /^2 validation errors detected: Value 'x' at 'path' .*; Value 'a&lt;b' at 'userName' /,
    ],
    [
      'a list that is a text',
      { Action: 'UntagUser', UserName: 'a', TagKeys: 'b' },
      {},
      400,
      'MalformedInput',
      /TagKeys/,
    ],
    ['a parameter given twice', 'Action=GetUser&UserName=a&UserName=b', {}, 400, 'ValidationError', /UserName/],
    ['what is no UTF-8', 'Action=GetUser&UserName=%FF', {}, 400, 'InvalidQueryParameter', /UTF-8/],
    ['another method', '', { method: 'PUT', query: { Action: 'GetUser' } }, 405, 'MethodNotAllowed', /PUT/],
    [
      'a body of more than a MiB',
      `Action=GetUser&UserName=${'a'.repeat(1024 * 1024)}`,
      {},
      413,
      'RequestEntityTooLarge',
      /1048576/,
    ],
    [
      'a name that is nobody’s',
      { Action: 'GetUser', UserName: 'nobody' },
      {},
      404,
      'NoSuchEntity',
      'The user with name nobody cannot be found.',
    ],
  ])('answers %s with the published error', async (_, form, sent, status, code, message) => {
    const error = errorIn(await queryCall(berth, form, sent));

    const said = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(error).toEqual({ status, code, message: said });
  });

  test('leaves an address without an action, which nobody signed, to the page that welcomes people', async () => {
    const { headers } = await queryCall(berth, undefined, { method: 'GET', isUnsigned: true });

    expect(headers['content-type']).toMatch(/^text\/(?:html|plain)/);
  });

  test('says AccessDenied with 403 to whom no policy allows it', async () => {
    const nobody = await user(berth);

    expect(errorIn(await queryCall(berth, { Action: 'ListUsers' }, { caller: nobody }))).toEqual({
      status: 403,
      code: 'AccessDenied',
      message: `User: ${nobody.arn} is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::123456789012:user/ because no identity-based policy allows the iam:ListUsers action`,
    });
  });

  test('says ExpiredToken with 403 to a session whose time is over', async () => {
    const expired = session(berth, await role(berth), { seconds: 900 });
    const at = new Date(berth.world.clock.now().getTime() + 20 * MINUTE);
    berth.pass(20 * MINUTE);

    const answer = await queryCall(berth, GET_USER, { caller: expired, at });

    expect(errorIn(answer)).toMatchObject({ status: 403, code: 'ExpiredToken' });
  });
});
