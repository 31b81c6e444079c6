import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Signing, signedRequest, type Unsigned } from '../../../test/aws/signer.ts';
import { derivedKeys } from './derived-keys.ts';
import type { RawRequest } from './raw-request.ts';
import { verifySignature } from './verify-signature.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const MINUTE = 60_000;
const KEY = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  isActive: true,
  isExpired: false,
};
const SIGNING: Signing = { accessKeyId: KEY.accessKeyId, secretAccessKey: KEY.secretAccessKey, at: NOW };
const CALL: Unsigned = {
  method: 'POST',
  path: '/',
  headers: {
    host: 'localhost:5000',
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.PutImage',
  },
  body: '{"repositoryName":"app"}',
};
const MISMATCH =
  /^The request signature we calculated does not match the signature you provided\. Check your AWS Secret/;

const keys = derivedKeys();

function verify(
  request: RawRequest,
  change: {
    now?: Date;
    services?: string[];
    regions?: string[];
    isActive?: boolean;
    isExpired?: boolean;
    sessionToken?: string;
  } = {},
) {
  return verifySignature(request, {
    now: change.now ?? NOW,
    services: change.services ?? ['ecr'],
    regions: change.regions ?? ['us-east-1', 'eu-west-1'],
    findKey: async (id, sessionToken) =>
      id === KEY.accessKeyId && sessionToken === change.sessionToken
        ? { ...KEY, isActive: change.isActive ?? true, isExpired: change.isExpired ?? false }
        : undefined,
    derivedKeys: keys,
  });
}

function refusal(code: string, message: string | RegExp) {
  return expect.objectContaining({
    code,
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });
}

/** The request with the values of a header changed; without it where `change` gives undefined. */
function withHeader(request: RawRequest, name: string, change: (value: string) => string | undefined): RawRequest {
  const { rawHeaders } = request;
  const pairs = Array.from({ length: rawHeaders.length / 2 }, (_, it) => [
    rawHeaders[2 * it] ?? '',
    rawHeaders[2 * it + 1] ?? '',
  ]);
  const changed = pairs.flatMap(([key = '', value = '']) => {
    const next = key.toLowerCase() === name ? change(value) : value;
    return next === undefined ? [] : [key, next];
  });
  return { ...request, rawHeaders: changed };
}

function withMore(request: RawRequest, ...headers: string[]): RawRequest {
  return { ...request, rawHeaders: [...request.rawHeaders, ...headers] };
}

describe('what the SDK signs is verified', () => {
  test('in the headers, and tells whose it is and for which region', async () => {
    const verified = await verify(await signedRequest(CALL, { ...SIGNING, region: 'eu-west-1' }));

    expect(verified).toEqual({ accessKeyId: KEY.accessKeyId, region: 'eu-west-1', service: 'ecr', key: KEY });
  });

  test('in a presigned address', async () => {
    const address = { ...CALL, method: 'GET', body: '', query: { Action: 'GetCallerIdentity' } };

    expect(await verify(await signedRequest(address, { ...SIGNING, presignFor: 60 }))).toMatchObject({
      region: 'us-east-1',
    });
  });

  test('with a body that is hashed off the event loop', async () => {
    const large = await signedRequest({ ...CALL, body: Buffer.alloc(200_000, 'x') }, SIGNING);

    expect(await verify(large)).toMatchObject({ accessKeyId: KEY.accessKeyId });
    large.body[150_000] = 0;
    await expect(verify(large)).rejects.toThrow(MISMATCH);
  });

  test('with the body hash stated, if it is the one of the body', async () => {
    const hash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    const stating = (body: string, stated: string) =>
      signedRequest({ ...CALL, body, headers: { ...CALL.headers, 'x-amz-content-sha256': stated } }, SIGNING);

    expect(await verify(await stating('', hash))).toMatchObject({ service: 'ecr' });
    await expect(verify(await stating('{}', hash))).rejects.toThrow(MISMATCH);
    await expect(verify(await stating('', 'UNSIGNED-PAYLOAD'))).rejects.toThrow(MISMATCH);
  });
});

describe('signatures that AWS published are verified', () => {
  const now = new Date('2015-08-30T12:36:00Z');
  const credential = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/${service}/aws4_request`;
  const suite = ['Host', 'example.amazonaws.com', 'X-Amz-Date', '20150830T123600Z'];
  const signed = (signature: string) => [
    ...suite,
    'Authorization',
    `${credential('service')}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  ];
  const body = new Uint8Array();

  test.each([
    ['GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    ['GET', '/?Param2=value2&Param1=value1', 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500'],
  ])('%s %s', async (method, url, signature) => {
    const verified = verify({ method, url, rawHeaders: signed(signature), body }, { now, services: ['service'] });

    expect(await verified).toMatchObject({ service: 'service' });
  });

  test('ListUsers of the general reference', async () => {
    const signature = '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7';
    const rawHeaders = [
      ...['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8', 'Host', 'iam.amazonaws.com'],
      ...['X-Amz-Date', '20150830T123600Z', 'Authorization'],
      `${credential('iam')},Signature=${signature},SignedHeaders=content-type;host;x-amz-date`,
    ];
    const request = { method: 'GET', url: '/?Action=ListUsers&Version=2010-05-08', rawHeaders, body };

    expect(await verify(request, { now, services: ['iam'] })).toMatchObject({ service: 'iam' });
  });
});

describe('the time may stand in the Date header alone', () => {
  const date = 'Sun, 01 Mar 2026 12:00:00 GMT';
  const credential = `${KEY.accessKeyId}/20260301/us-east-1/ecr/aws4_request`;

  /** Signed by hand: the SDK's signer always sends X-Amz-Date. */
  function dated(signedHeaders: string, headers: string, sent = date): RawRequest {
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
    const canonical = `GET\n/\n\n${headers}\n${signedHeaders}\n${sha256('')}`;
    const scope = '20260301/us-east-1/ecr/aws4_request';
    const signingKey = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${KEY.secretAccessKey}`);
    const toSign = `AWS4-HMAC-SHA256\n20260301T120000Z\n${scope}\n${sha256(canonical)}`;
    const signature = hmac(signingKey, toSign).toString('hex');
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${signedHeaders},Signature=${signature}`;
    const rawHeaders = ['Host', 'h', 'Date', sent, 'Authorization', authorization];
    return { method: 'GET', url: '/', rawHeaders, body: new Uint8Array() };
  }

  test('if it is signed', async () => {
    expect(await verify(dated('date;host', `date:${date}\nhost:h\n`))).toMatchObject({ service: 'ecr' });
    await expect(verify(dated('host', 'host:h\n'))).rejects.toThrow(
      refusal('InvalidSignatureException', "'date' must be a 'SignedHeader' in the AWS Authorization."),
    );
  });

  test('if it is a time, and there at all', async () => {
    const request = dated('date;host', `date:${date}\nhost:h\n`);

    await expect(verify(dated('date;host', 'date:today\nhost:h\n', 'today'))).rejects.toThrow(
      refusal('IncompleteSignatureException', "Date must be in ISO-8601 'basic format'. Got 'today'."),
    );
    await expect(verify(withHeader(request, 'date', () => undefined))).rejects.toThrow(
      refusal(
        'IncompleteSignatureException',
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
      ),
    );
  });
});

const word = fc.string({
  unit: fc.constantFrom('a', 'Z', '0', '-', '_', '.', '~', ' ', '+', '=', '&', 'é', '/', '%', "'"),
  maxLength: 8,
});
const unsigned = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT'),
  path: fc
    .array(fc.constantFrom('a', 'b%20c', '%2F', '..', '.', '', 'é', '~x', "!'()*"), { maxLength: 6 })
    .map((it) => `/${it.join('/')}`),
  query: fc.dictionary(
    word.filter((it) => it !== ''),
    fc.oneof(word, fc.array(word, { minLength: 1, maxLength: 3 })),
    { maxKeys: 4 },
  ),
  headers: fc
    .dictionary(fc.constantFrom('x-amz-target', 'x-amz-user-agent', 'content-type', 'accept'), word, { maxKeys: 4 })
    .map((it) => ({ ...it, host: 'localhost:5000' })),
  body: fc.uint8Array({ maxLength: 40 }),
});

describe('for any request', () => {
  test('what is signed verifies, in headers and in addresses', async () => {
    const verifies = fc.asyncProperty(
      unsigned,
      fc.option(fc.integer({ min: 1, max: 604_800 })),
      async (request, presignFor) => {
        const signing = presignFor === null ? SIGNING : { ...SIGNING, presignFor };
        await expect(verify(await signedRequest(request, signing))).resolves.toMatchObject({
          accessKeyId: KEY.accessKeyId,
        });
      },
    );
    await fc.assert(verifies, { numRuns: 500 });
  });

  test('one changed character of what is signed makes it fail', async () => {
    const presigned = fc.boolean();
    let tried = 0;
    const place = fc.record({ part: fc.nat(), at: fc.nat(), by: fc.constantFrom('q', 'Q', '7', '%') });
    const fails = fc.asyncProperty(unsigned, presigned, place, async (request, isPresigned, { part, at, by }) => {
      const raw = await signedRequest(request, isPresigned ? { ...SIGNING, presignFor: 60 } : SIGNING);
      const parts = ['method', 'url', 'body', ...raw.rawHeaders.keys()];
      const changed = changeAt(raw, parts[part % parts.length] ?? 'method', at, by);
      if (changed === undefined) return;
      tried++;
      await expect(verify(changed)).rejects.toThrow(
        expect.objectContaining({ name: expect.stringMatching(/Exception$/) }),
      );
    });
    await fc.assert(fails, { numRuns: 2_000 });

    expect(tried).toBeGreaterThan(500);
  });
});

/** Replaces one character of a part; undefined where that would change nothing that is signed. */
function changeAt(request: RawRequest, part: string | number, at: number, by: string): RawRequest | undefined {
  const changed = (text: string) => {
    const index = at % Math.max(1, text.length);
    const next = text.slice(0, index) + by + text.slice(index + 1);
    // Dots, slashes, spaces and escapes may stand for the same thing as before; what they do has tests of its own.
    return text.length > 0 && /[A-Za-z0-9]/.test(text[index] ?? '') && by !== text[index] ? next : undefined;
  };
  if (part === 'body') {
    const index = at % Math.max(1, request.body.length);
    if (request.body.length === 0) return undefined;
    const body = Uint8Array.from(request.body, (it, place) => (place === index ? it ^ 1 : it));
    return { ...request, body };
  }
  if (part === 'method' || part === 'url') {
    const next = changed(request[part]);
    const isEscape =
      part === 'url' && (next === undefined || by === '%' || nearEscape(request.url, at) || isDropped(request.url, at));
    return next === undefined || isEscape ? undefined : { ...request, [part]: next };
  }
  const index = Number(part);
  const isName = index % 2 === 0;
  const next = changed(request.rawHeaders[index] ?? '');
  // The name of a header is the same in both cases.
  if (next === undefined || (isName && next.toLowerCase() === request.rawHeaders[index]?.toLowerCase()))
    return undefined;
  return { ...request, rawHeaders: request.rawHeaders.map((it, place) => (place === index ? next : it)) };
}

function nearEscape(url: string, at: number): boolean {
  const index = at % url.length;
  return url.slice(Math.max(0, index - 2), index + 1).includes('%');
}

/** A segment that `..` takes away is not signed. */
function isDropped(url: string, at: number): boolean {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  return at % url.length < path.length && path.includes('..');
}

describe('a request is refused with the code and text of AWS', () => {
  test('when it is not signed', async () => {
    const request = withHeader(await signedRequest(CALL, SIGNING), 'authorization', () => undefined);

    await expect(verify(request)).rejects.toThrow(
      refusal('MissingAuthenticationTokenException', 'Missing Authentication Token'),
    );
  });

  test.each<[string, (header: string) => string, string | RegExp]>([
    ['another scheme', () => 'Basic QVdTOng=', /^Unsupported AWS 'algorithm'/],
    ['another algorithm', (it) => it.replace('HMAC', 'ECDSA-P256'), /^Unsupported AWS 'algorithm'/],
    [
      'nothing after the algorithm',
      () => 'AWS4-HMAC-SHA256',
      /'Credential' parameter\. .*'Signature' parameter\. .*'SignedHeaders' parameter\.$/,
    ],
    [
      'no credential',
      (it) => it.replace(/Credential=[^,]*,/, ''),
      "Authorization header requires 'Credential' parameter.",
    ],
    ['a part without equal-sign', (it) => `${it}, Secret`, /not a valid key=value pair \(missing equal-sign\)\.$/],
    ['a parameter twice', (it) => `${it}, Signature=00`, /twice/],
    [
      'four elements in the credential',
      (it) => it.replace('/ecr', ''),
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIDEXAMPLE/20260301/us-east-1/aws4_request'",
    ],
  ])('IncompleteSignatureException: %s', async (_, change, text) => {
    const request = withHeader(await signedRequest(CALL, SIGNING), 'authorization', change);

    await expect(verify(request)).rejects.toThrow(refusal('IncompleteSignatureException', text));
  });

  test('when it is signed twice, in one place or in two', async () => {
    const request = await signedRequest(CALL, SIGNING);
    const presigned = await signedRequest(CALL, { ...SIGNING, presignFor: 60 });
    const [, header = ''] = request.rawHeaders.slice(request.rawHeaders.indexOf('authorization'));

    for (const twice of [withMore(request, 'Authorization', header), withMore(presigned, 'Authorization', header)]) {
      await expect(verify(twice)).rejects.toThrow(refusal('IncompleteSignatureException', /^Only one authorization/));
    }
    const repeated = { ...presigned, url: `${presigned.url}&X-Amz-Signature=00` };
    await expect(verify(repeated)).rejects.toThrow(refusal('IncompleteSignatureException', /twice/));
  });

  test.each([
    [
      'X-Amz-Credential',
      "AWS query-string parameters must include 'X-Amz-Credential'. Re-examine the query-string parameters.",
    ],
    [
      'X-Amz-Expires',
      "AWS query-string parameters must include 'X-Amz-Expires'. Re-examine the query-string parameters.",
    ],
  ])('when a presigned address lacks %s', async (name, text) => {
    const presigned = await signedRequest(CALL, { ...SIGNING, presignFor: 60 });
    const url = presigned.url.replace(new RegExp(`${name}=[^&]*&?`), '');

    await expect(verify({ ...presigned, url })).rejects.toThrow(refusal('IncompleteSignatureException', text));
  });

  test.each(['0', '604801', '-1', '6e1', '9'.repeat(30)])(
    'when a presigned address expires in %s seconds',
    async (seconds) => {
      const presigned = await signedRequest(CALL, { ...SIGNING, presignFor: 60 });
      const url = presigned.url.replace('X-Amz-Expires=60', `X-Amz-Expires=${seconds}`);

      await expect(verify({ ...presigned, url })).rejects.toThrow(
        refusal('IncompleteSignatureException', /X-Amz-Expires must be/),
      );
    },
  );

  test('when it is of a region that is not served, and names those that are', async () => {
    const request = await signedRequest(CALL, { ...SIGNING, region: 'us-west-2' });
    const text = 'Credential should be scoped to a valid region. Regions served here: us-east-1, eu-west-1.';

    await expect(verify(request)).rejects.toThrow(refusal('InvalidSignatureException', text));
  });

  test('when it is of another service, terminator or day', async () => {
    const request = await signedRequest(CALL, { ...SIGNING, service: 's3' });
    const scoped = (from: string, to: string) => withHeader(request, 'authorization', (it) => it.replace(from, to));

    await expect(verify(request)).rejects.toThrow(
      refusal('InvalidSignatureException', "Credential should be scoped to correct service: 'ecr'."),
    );
    await expect(verify(scoped('aws4_request', 'aws5'))).rejects.toThrow(
      refusal(
        'InvalidSignatureException',
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'.",
      ),
    );
    await expect(verify(scoped('/20260301/', '/20260302/'))).rejects.toThrow(
      refusal(
        'InvalidSignatureException',
        /does not match YYYYMMDD .*: '20260302' != '20260301', from '20260301T120000Z'\.$/,
      ),
    );
  });

  test('when its host or an x-amz- header is not signed', async () => {
    const request = await signedRequest(CALL, SIGNING);
    const hostless = withHeader(request, 'authorization', (it) => it.replace('host;', ''));

    await expect(verify(hostless)).rejects.toThrow(
      refusal('InvalidSignatureException', "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."),
    );
    await expect(verify(withMore(request, 'X-Amz-Extra', '1'))).rejects.toThrow(
      refusal('InvalidSignatureException', "'x-amz-extra' must be a 'SignedHeader' in the AWS Authorization."),
    );
    expect(await verify(withMore(request, 'X-Amzn-Trace-Id', 'Root=1'))).toMatchObject({ service: 'ecr' });
    await expect(verify(withHeader(request, 'content-type', () => undefined))).rejects.toThrow(MISMATCH);
  });

  test('when a header comes a second time', async () => {
    const request = await signedRequest(CALL, SIGNING);

    for (const [name, value] of [
      ['X-Amz-Target', 'AmazonEC2ContainerRegistry_V20150921.DeleteRepository'],
      ['X-Amz-Date', '20260301T120000Z'],
      ['Host', 'localhost:5000'],
      ['Content-Type', 'application/x-amz-json-1.1'],
    ] as const) {
      for (const rawHeaders of [
        [...request.rawHeaders, name, value],
        [name, value, ...request.rawHeaders],
      ]) {
        const code = name === 'X-Amz-Date' ? 'IncompleteSignatureException' : 'InvalidSignatureException';
        await expect(verify({ ...request, rawHeaders }), name).rejects.toThrow(refusal(code, /./));
      }
    }
  });

  test('when a name is listed a second time as signed, before anything is hashed', async () => {
    const names = `${'a;'.repeat(6_000)}host;x-amz-date`;
    const rawHeaders = ['Host', 'h', 'X-Amz-Date', '20260301T120000Z', 'A', 'x '.repeat(6_000), 'Authorization'];
    const credential = `Credential=${KEY.accessKeyId}/20260301/us-east-1/ecr/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, Signature=${'0'.repeat(64)}`;
    const request = { method: 'POST', url: '/', rawHeaders: [...rawHeaders, authorization], body: new Uint8Array() };
    const findKey = () => Promise.reject(new Error('looked for'));
    const expected = { now: NOW, services: ['ecr'], regions: ['us-east-1'], derivedKeys: keys };

    await expect(verifySignature(request, { ...expected, findKey })).rejects.toThrow(MISMATCH);
  });

  test.each([
    [-15 * MINUTE, 'verified', ''],
    [
      -15 * MINUTE - 1000,
      'InvalidSignatureException',
      'Signature expired: 20260301T114459Z is now earlier than 20260301T114500Z (20260301T120000Z - 15 min.)',
    ],
    [15 * MINUTE, 'verified', ''],
    [
      15 * MINUTE + 1000,
      'InvalidSignatureException',
      'Signature not yet current: 20260301T121501Z is still later than 20260301T121500Z (20260301T120000Z + 15 min.)',
    ],
  ])('by the clock: signed %d ms from now it is %s', async (offset, outcome, text) => {
    const request = await signedRequest(CALL, { ...SIGNING, at: new Date(NOW.getTime() + offset) });

    if (outcome === 'verified') expect(await verify(request)).toMatchObject({ service: 'ecr' });
    else await expect(verify(request)).rejects.toThrow(refusal(outcome, text));
  });

  test('by the clock: a presigned address is good until it expires, and not before its time', async () => {
    const presigned = await signedRequest(CALL, { ...SIGNING, presignFor: 3600 });
    const later = (ms: number) => ({ now: new Date(NOW.getTime() + ms) });

    expect(await verify(presigned, later(3_599_999))).toMatchObject({ service: 'ecr' });
    await expect(verify(presigned, later(3_600_000))).rejects.toThrow(
      refusal('InvalidSignatureException', /^Signature expired: .* \(20260301T130000Z - 3600 sec\.\)$/),
    );
    await expect(verify(presigned, later(-15 * MINUTE - 1))).rejects.toThrow(/^Signature not yet current/);
  });

  test('when the key is unknown, inactive, ill-formed, or comes with a session token that is not its own', async () => {
    const invalidToken = refusal(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
    const request = await signedRequest(CALL, SIGNING);

    await expect(verify(await signedRequest(CALL, { ...SIGNING, accessKeyId: 'AKIAUNKNOWN' }))).rejects.toThrow(
      invalidToken,
    );
    await expect(verify(request, { isActive: false })).rejects.toThrow(invalidToken);
    for (const presignFor of [undefined, 60]) {
      const withToken = { ...SIGNING, sessionToken: 'token', ...(presignFor !== undefined && { presignFor }) };
      const signed = await signedRequest(CALL, withToken);
      await expect(verify(signed)).rejects.toThrow(invalidToken);
      await expect(verify(signed, { sessionToken: 'another' })).rejects.toThrow(invalidToken);
      expect(await verify(signed, { sessionToken: 'token' })).toMatchObject({ sessionToken: 'token' });
    }
  });

  test('when its session is over', async () => {
    const expired = refusal('ExpiredTokenException', 'The security token included in the request is expired');
    const signed = await signedRequest(CALL, { ...SIGNING, sessionToken: 'token' });
    await expect(verify(signed, { sessionToken: 'token', isExpired: true })).rejects.toThrow(expired);
  });

  test.each(['AKIA\u0000', 'AKIA?', 'A'.repeat(129)])(
    'when the key is %j, which is not even looked for',
    async (accessKeyId) => {
      const expected = { now: NOW, services: ['ecr'], regions: ['us-east-1'], derivedKeys: keys };
      const findKey = () => Promise.reject(new Error('looked for'));
      const request = await signedRequest(CALL, { ...SIGNING, accessKeyId });

      await expect(verifySignature(request, { ...expected, findKey })).rejects.toThrow(/^The security token included/);
    },
  );

  test('when the secret is another, or the signature has not the length or case of one', async () => {
    const request = await signedRequest(CALL, SIGNING);
    const signature = (change: (it: string) => string) =>
      withHeader(request, 'authorization', (it) => it.replace(/[0-9a-f]{64}$/, change));

    await expect(verify(await signedRequest(CALL, { ...SIGNING, secretAccessKey: 'other' }))).rejects.toThrow(
      refusal('InvalidSignatureException', MISMATCH),
    );
    for (const change of [
      (it: string) => it.slice(1),
      (it: string) => `${it}0`,
      (it: string) => it.toUpperCase(),
      () => 'é',
    ]) {
      await expect(verify(signature(change))).rejects.toThrow(refusal('InvalidSignatureException', MISMATCH));
    }
  });
});
