import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerTo } from '../../../test/aws/authorization/send.ts';
import { call } from '../../../test/aws/call.ts';
import { kmsClient } from '../../../test/aws/kms.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { allowing, type Credentials, user } from '../../../test/identity.ts';

const platformId = 'Notation-OCI-SHA384-ECDSA';
const PAYLOAD = 'application/vnd.cncf.notary.payload.v1+json';

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth();
});
afterAll(() => berth.stop());

async function signer(operation: string, input: object, credentials: Credentials = berth) {
  const { status, body, errorType } = await answerTo(berth, { service: 'signer', operation, input, credentials });
  const answer: Readonly<Record<string, unknown>> = { status, errorType, ...JSON.parse(body) };
  return answer;
}

const put = (profileName: string, more: object = {}) =>
  signer('PutSigningProfile', { profileName, platformId, ...more });

test('a profile is made, shown, and kept when it is canceled; its name is not given again', async () => {
  const made = await put('release', { tags: { team: 'red' } });
  const arn = `arn:aws:signer:${berth.registry.region}:${berth.registry.account}:/signing-profiles/release`;
  expect(made).toMatchObject({ status: 200, arn, profileVersionArn: `${arn}/${made['profileVersion']}` });
  expect(made['profileVersion']).toMatch(/^[a-zA-Z0-9]{10}$/);
  expect(await signer('GetSigningProfile', { profileName: 'release' })).toMatchObject({
    platformId,
    platformDisplayName: expect.any(String),
    signatureValidityPeriod: { value: 135, type: 'MONTHS' },
    tags: { team: 'red' },
  });
  const taken = { status: 400, errorType: 'ValidationException' };
  expect(await put('release')).toMatchObject(taken);

  expect(await signer('CancelSigningProfile', { profileName: 'release' })).toMatchObject({ status: 200 });
  expect(JSON.parse(await bodyOf('GetSigningProfile', { profileName: 'release' }))).toMatchObject({
    status: 'Canceled',
  });
  expect(await put('release')).toMatchObject(taken);
  const payload = Buffer.from('{}').toString('base64');
  const signing = await signer('SignPayload', { profileName: 'release', payload, payloadFormat: PAYLOAD });
  expect(signing).toMatchObject({
    status: 400,
    errorType: 'ValidationException',
    message: expect.stringContaining('canceled'),
  });
});

async function bodyOf(operation: string, input: object): Promise<string> {
  return (await answerTo(berth, { service: 'signer', operation, input, credentials: berth })).body;
}

test.each([
  ['a platform that is not served', { platformId: 'AWSLambda-SHA384-ECDSA' }, 404, 'ResourceNotFoundException'],
  ['a certificate of ACM', { signingMaterial: { certificateArn: 'arn:aws:acm:x' } }, 400, 'ValidationException'],
  ['a validity without its type', { signatureValidityPeriod: { value: 1 } }, 400, 'ValidationException'],
  ['a validity of nothing', { signatureValidityPeriod: { value: 0, type: 'DAYS' } }, 400, 'ValidationException'],
  ['more tags than one has', { tags: manyTags(51) }, 400, 'BadRequestException'],
  ['a name with a sign', { profileName: 'a-b' }, 400, 'ValidationException'],
])('a profile with %s is refused', async (_, input, status, errorType) => {
  expect(await put('refused', input)).toMatchObject({ status, errorType });
});

function manyTags(count: number): Record<string, string> {
  const letters = (index: number) => `tag${String.fromCharCode(65 + (index % 26), 65 + Math.floor(index / 26))}`;
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [letters(index), 'x']));
}

test('of those who make a profile at once one does, and the others are told that it is there', async () => {
  const made = await Promise.all(Array.from({ length: 4 }, () => put('at_once')));

  expect(made.map((it) => it['status']).sort()).toEqual([200, 400, 400, 400]);
});

test('the key of a profile is shown by KMS as one of AWS, and nobody but the signer signs with it', async () => {
  await put('with_key');
  const row = await berth.world.metadata.read((tx) =>
    tx.selectFrom('signing_profiles').select('key_id').where('name', '=', 'with_key').executeTakeFirstOrThrow(),
  );
  const kms = kmsClient(berth);
  const { KeyMetadata } = await kms.describeKey({ KeyId: row.key_id });
  expect(KeyMetadata).toMatchObject({ KeyManager: 'AWS', KeySpec: 'ECC_NIST_P384', KeyUsage: 'SIGN_VERIFY' });

  const signing = { KeyId: row.key_id, Message: Buffer.from('x'), SigningAlgorithm: 'ECDSA_SHA_384' } as const;
  await expect(kms.sign(signing)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(kms.disableKey({ KeyId: row.key_id })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(kms.scheduleKeyDeletion({ KeyId: row.key_id })).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('profiles are listed by name in pages; a token goes on with its own list alone', async () => {
  for (const name of ['page_a', 'page_b', 'page_c']) await put(name);
  await signer('CancelSigningProfile', { profileName: 'page_b' });
  const names: unknown[] = [];
  let nextToken: unknown;
  do {
    const page = await signer('ListSigningProfiles', { maxResults: 2, ...(nextToken !== undefined && { nextToken }) });
    expect(page).toMatchObject({ status: 200 });
    names.push(...(page['profiles'] as { profileName: string }[]).map((it) => it.profileName));
    nextToken = page['nextToken'];
  } while (nextToken !== undefined);
  expect(names).toEqual(names.toSorted());
  expect(names).toEqual(expect.arrayContaining(['page_a', 'page_c']));
  expect(names).not.toContain('page_b');

  const { nextToken: other } = await signer('ListSigningProfiles', { maxResults: 1, includeCanceled: true });
  expect(await signer('ListSigningProfiles', { nextToken: other })).toMatchObject({
    status: 400,
    errorType: 'ValidationException',
  });
  const canceled = await signer('ListSigningProfiles', { statuses: ['Canceled'] });
  expect(JSON.stringify(canceled['profiles'])).toContain('page_b');
  expect((await signer('ListSigningProfiles', { statuses: ['Revoked'] }))['profiles']).toEqual([]);
});

test('tags are put, taken off and shown, of a profile that is there', async () => {
  const resourceArn = (await put('tagged'))['arn'];
  await signer('TagResource', { resourceArn, tags: { 'a/b': '1', c: '2' } });
  await signer('UntagResource', { resourceArn, tagKeys: ['c', 'none'] });
  expect(await signer('ListTagsForResource', { resourceArn })).toEqual({
    status: 200,
    errorType: undefined,
    tags: { 'a/b': '1' },
  });

  const nobody = `${resourceArn}_not`;
  expect(await signer('ListTagsForResource', { resourceArn: nobody })).toMatchObject({
    status: 404,
    errorType: 'NotFoundException',
  });
  const other = 'arn:aws:s3:::bucket';
  expect(await signer('ListTagsForResource', { resourceArn: other })).toMatchObject({
    status: 400,
    errorType: 'BadRequestException',
  });
});

test('a payload is signed for whom it is allowed, in the one format that there is', async () => {
  await put('payloads');
  const may = await user(berth, { policies: [allowing('signer:SignPayload', '*')] });
  const mayNot = await user(berth, { policies: [allowing('signer:GetSigningProfile', '*')] });
  const payload = Buffer.from('{"targetArtifact":{}}').toString('base64');
  const input = { profileName: 'payloads', payload, payloadFormat: PAYLOAD };

  const signed = await signer('SignPayload', input, may);
  const envelope = JSON.parse(Buffer.from(String(signed['signature']), 'base64').toString('utf8'));
  expect(Buffer.from(envelope.payload, 'base64url').toString('base64')).toBe(payload);
  expect(signed).toMatchObject({ jobOwner: berth.registry.account, jobId: expect.any(String) });
  expect(await signer('SignPayload', input, mayNot)).toMatchObject({ status: 403, errorType: 'AccessDeniedException' });
  const other = await signer('SignPayload', { ...input, payloadFormat: 'text/plain' }, may);
  expect(other).toMatchObject({ status: 400, errorType: 'ValidationException' });
});

test('an address that is none of the service’s, and a signature for another service, find nothing', async () => {
  const sent = { headers: { 'x-amz-target': undefined }, body: '', method: 'GET' };
  const nowhere = await call(berth, '', { ...sent, path: '/signing-nothing', service: 'signer' });
  expect([nowhere.status, nowhere.headers['x-amzn-errortype']]).toEqual([404, 'UnknownOperationException']);
  const other = await call(berth, '', { ...sent, path: '/signing-profiles', service: 'kms' });
  expect([other.status, other.headers['x-amzn-errortype']]).toEqual([404, 'UnknownOperationException']);
  const abroad = await call(berth, '', { ...sent, path: '/signing-profiles', service: 'signer', region: 'eu-north-1' });
  expect([abroad.status, abroad.headers['x-amzn-errortype']]).toEqual([403, 'InvalidSignatureException']);
});
