import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { call } from '../../test/aws/call.ts';
import { ecrClient, refused } from '../../test/aws/client.ts';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { account } from '../../test/identity.ts';

let berth: TestBerth;
beforeAll(async () => {
  const quotas = new Map([
    ['rate-of-batch-get-image', 2],
    ['rate-of-get-authorization-token', 1],
    ['registered-repositories', 2],
  ]);
  berth = await startBerth({ settings: { quotas, throttling: 'off' } });
  await berth.createRepository('app');
});
afterAll(() => berth.stop());
/** All buckets are full again. */
beforeEach(() => berth.pass(1_000));

const image = { repositoryName: 'app', imageIds: [{ imageTag: 'none' }] };
const tooOften = refused('ThrottlingException', 'Rate exceeded');
const pull = () => fetch(`${berth.url}/v2/app/manifests/none`, { headers: { authorization: berth.authorization } });

test('an account that calls too often is told so at the API, and may again when time has passed', async () => {
  const ecr = ecrClient(berth);
  for (let i = 0; i < 2; i++) await ecr.send(new BatchGetImageCommand(image));
  await expect(ecr.send(new BatchGetImageCommand(image))).rejects.toEqual(tooOften);
  const raw = await call(berth, 'BatchGetImage', { body: image });
  expect([raw.status, raw.headers['x-amzn-errortype'], raw.json['message']]).toEqual([
    400,
    'ThrottlingException',
    'Rate exceeded',
  ]);
  berth.pass(500);

  await ecr.send(new BatchGetImageCommand(image));
  await expect(ecr.send(new BatchGetImageCommand(image))).rejects.toEqual(tooOften);
});

test('docker’s requests count as the calls that they stand for, and are told when to try again', async () => {
  await ecrClient(berth).send(new BatchGetImageCommand(image));
  expect((await pull()).status).toBe(404);

  const refusal = await pull();
  expect([refusal.status, refusal.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await refusal.json()).toEqual({ errors: [{ code: 'TOOMANYREQUESTS', message: 'Rate exceeded' }] });
  await expect(ecrClient(berth).send(new BatchGetImageCommand(image))).rejects.toEqual(tooOften);
});

test('another account, and another operation, have rates of their own; what has none is not bounded', async () => {
  const ecr = ecrClient(berth);
  await ecr.send(new GetAuthorizationTokenCommand({}));
  await expect(ecr.send(new GetAuthorizationTokenCommand({}))).rejects.toEqual(tooOften);

  const other = ecrClient(berth, { credentials: await account(berth) });
  await other.send(new GetAuthorizationTokenCommand({}));
  await ecr.send(new BatchGetImageCommand(image));
  for (let i = 0; i < 5; i++) await ecr.send(new DescribeRepositoriesCommand({}));
});

test('who is not known is refused as that, and uses up nobody’s calls', async () => {
  for (let i = 0; i < 5; i++) {
    const { json } = await call(berth, 'BatchGetImage', { body: image, isUnsigned: true });
    expect(json['__type']).toBe('MissingAuthenticationTokenException');
  }

  await ecrClient(berth).send(new BatchGetImageCommand(image));
});

test('the AWS SDK waits, tries again, and succeeds', async () => {
  const { accessKeyId, secretAccessKey } = berth;
  const patient = new ECRClient({
    endpoint: berth.url,
    region: berth.registry.region,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 10,
    systemClockOffset: berth.world.clock.now().getTime() - Date.now(),
  });
  let asked = 0;
  patient.middlewareStack.add(
    (next) => async (args) => {
      // As long as it waits between two tries, as much time passes here.
      if (asked++ > 0) berth.pass(300);
      return next(args);
    },
    { step: 'finalizeRequest', name: 'countTries', priority: 'low' },
  );
  for (let i = 0; i < 2; i++) await patient.send(new BatchGetImageCommand(image));
  const before = asked;
  berth.pass(-600);
  await patient.send(new BatchGetImageCommand(image));

  expect(asked - before).toBeGreaterThan(1);
});

test('a quota of numbers that was set is kept, and told as LimitExceededException', async () => {
  await berth.createRepository('second');
  await expect(ecrClient(berth).send(new CreateRepositoryCommand({ repositoryName: 'third' }))).rejects.toEqual(
    refused('LimitExceededException', /2/),
  );
});
