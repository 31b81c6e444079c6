import { join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCredentials } from '../../src/installation/credentials-file.ts';
import { ownBackends } from '../backends.ts';
import { berth as command } from '../backup/command.ts';
import { type BerthProcess, berthProcess } from '../berth-process.ts';

let berth: BerthProcess;
let backends: Awaited<ReturnType<typeof ownBackends>>;
beforeAll(async () => {
  backends = await ownBackends();
  berth = await berthProcess({ environment: backends.environment });
});
afterAll(async () => {
  await berth.stop();
  await backends.remove();
});

/** `berth account ...` beside the server. */
const account = (...args: string[]) => command(['account', ...args, '--data-dir', berth.dataDir], backends.environment);

async function accountJson(...args: string[]) {
  const { out, err, status } = await account(...args, '--output', 'json');
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return JSON.parse(out);
}

/** The account that the server takes the key for; undefined when it does not know it. */
async function accountOf(credentials: { accessKeyId: string; secretAccessKey: string }): Promise<string | undefined> {
  const sts = new STSClient({ endpoint: berth.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  const answer = await sts.send(new GetCallerIdentityCommand({})).catch((error: { name: string }) => error.name);
  return typeof answer === 'string' ? answer : answer.Account;
}

test('an account is made, listed, closed and reopened beside the server, which knows at once', async () => {
  const made = await accountJson('create', 'Team Web');

  expect(Object.keys(made)).toEqual(['accountId', 'accessKeyId', 'secretAccessKey']);
  expect(await accountOf(made)).toBe(made.accountId);
  expect(await accountJson('list')).toEqual([
    { accountId: '123456789012', status: 'ACTIVE', createdAt: expect.any(String) },
    { accountId: made.accountId, name: 'Team Web', status: 'ACTIVE', createdAt: expect.any(String) },
  ]);
  const { out } = await account('list');
  expect(out).toMatch(
    new RegExp(`ACCOUNT +NAME +ALIAS +STATUS +CREATED\n123456789012 .*\n${made.accountId} +Team Web`),
  );

  expect(await account('close', made.accountId)).toMatchObject({ status: 0, out: '' });
  expect(await accountOf(made)).toBe('InvalidClientTokenId');
  expect(await account('close', made.accountId)).toMatchObject({
    status: 1,
    err: expect.stringMatching(/closed already/),
  });
  expect(await account('reopen', made.accountId)).toMatchObject({ status: 0 });
  expect(await accountOf(made)).toBe(made.accountId);
});

test("the first account's root gets another key, with which berth login goes on", async () => {
  const had = (await readCredentials(join(berth.dataDir, 'credentials'))) ?? berth;

  const rotated = await accountJson('rotate-root-key', '123456789012');

  expect(await accountOf(had)).toBe('InvalidClientTokenId');
  expect(await accountOf(rotated)).toBe('123456789012');
  expect(await readCredentials(join(berth.dataDir, 'credentials'))).toEqual({
    accessKeyId: rotated.accessKeyId,
    secretAccessKey: rotated.secretAccessKey,
  });
  const reset = await accountJson('reset-root', '123456789012');
  expect(await accountOf(rotated)).toBe('InvalidClientTokenId');
  expect(await accountOf(reset)).toBe('123456789012');
});

test.each([
  [['close', '123456789012'], 1, /is the one that the server starts with/],
  [['close', '999999999999'], 1, /There is no account 999999999999/],
  [['rotate-root-key', 'x'], 1, /There is no account x/],
  [['create', ''], 1, /1 to 50 characters/],
  [['create'], 2, /missing required argument/],
  [['forget'], 2, /unknown command 'forget'/],
])('berth account %j says what is wrong', async (args, status, text) => {
  const outcome = await account(...args);

  expect(outcome).toMatchObject({ status, out: '' });
  expect(outcome.err).toMatch(text);
});
