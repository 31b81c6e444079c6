import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { allowing, loginOf, passwordOf, role, session } from '../../test/identity.ts';
import { setRootKey } from './access-keys.ts';
import { findSigner } from './find-signer.ts';
import { issueLoginToken, LOGIN_TOKEN_LIFE_MS, verifyLoginToken } from './login-token.ts';

let berth: TestBerth;
beforeEach(async () => {
  berth = await startBerth();
});
afterEach(() => berth.stop());

async function aToken() {
  const key = await findSigner(berth.world, berth.accessKeyId);
  if (!key) throw new Error('the root key is not known');
  return issueLoginToken(berth.world, key, 'us-east-1');
}

test('a token says who logged in and for which region, for twelve hours', async () => {
  const { password, expiresAt } = await aToken();
  expect(expiresAt.getTime()).toBe(berth.world.clock.now().getTime() + 12 * 3_600_000);
  berth.pass(LOGIN_TOKEN_LIFE_MS - 1);
  expect(await verifyLoginToken(berth.world, password)).toMatchObject({
    kind: 'valid',
    region: 'us-east-1',
    principal: { arn: 'arn:aws:iam::123456789012:root', account: '123456789012' },
  });
  berth.pass(1);
  expect(await verifyLoginToken(berth.world, password)).toEqual({ kind: 'expired' });
});

test('a token of a clock that was ahead and was put back is none, but for a difference of five minutes', async () => {
  const { password } = await aToken();
  berth.pass(-5 * 60_000);
  expect((await verifyLoginToken(berth.world, password)).kind).toBe('valid');
  berth.pass(-1);
  expect(await verifyLoginToken(berth.world, password)).toEqual({ kind: 'invalid' });
});

test('a token has the form that clients can keep: base64, no colon, under 2,000 bytes', async () => {
  const { password } = await aToken();
  expect(password).toMatch(/^[A-Za-z0-9+/]+=*$/);
  expect(password.length).toBeLessThan(2000);
});

test('a token of which one letter was changed is none', async () => {
  const { password } = await aToken();
  const text = Buffer.from(password, 'base64').toString('utf8');
  for (let i = 0; i < text.length; i++) {
    // The last letter of a base64url text holds bits that mean nothing; any other letter counts.
    const other = text[i] === 'A' ? 'Q' : 'A';
    const changed = Buffer.from(`${text.slice(0, i)}${other}${text.slice(i + 1)}`).toString('base64');
    const outcome = await verifyLoginToken(berth.world, changed);
    if (i < text.length - 1) expect(outcome, `letter ${i}`).toEqual({ kind: 'invalid' });
  }
  for (const garbage of ['', 'a', 'AWS', '.', 'a.b', 'x'.repeat(5000)]) {
    expect(await verifyLoginToken(berth.world, garbage)).toEqual({ kind: 'invalid' });
  }
});

test('a token ends with the access key that asked for it', async () => {
  const { password } = await aToken();
  const { account } = berth.registry;
  await setRootKey(berth.world, account, { accessKeyId: 'AKIAOTHER', secretAccessKey: 'another' });
  expect(await verifyLoginToken(berth.world, password)).toEqual({ kind: 'invalid' });
});

test('a token ends when its key gets another secret, and not when it is set again as it was', async () => {
  const { password } = await aToken();
  const { account } = berth.registry;
  const { accessKeyId, secretAccessKey } = berth;
  await setRootKey(berth.world, account, { accessKeyId, secretAccessKey });
  expect((await verifyLoginToken(berth.world, password)).kind).toBe('valid');
  await setRootKey(berth.world, account, { accessKeyId, secretAccessKey: 'another' });
  expect((await verifyLoginToken(berth.world, password)).kind).toBe('invalid');
});

test('a secret in the database cannot be read without the root key', async () => {
  const rows = await berth.world.metadata.read((tx) => tx.selectFrom('access_keys').selectAll().execute());
  expect(rows.map((row) => row.access_key_id)).toEqual([berth.accessKeyId]);
  expect(Buffer.from(rows[0]?.sealed_secret ?? []).includes(berth.secretAccessKey)).toBe(false);
});

describe('a token of a session', () => {
  test('stands for it with all that it carries, and ends with it', async () => {
    const builder = await role(berth, { name: 'builder' });
    const policies = [JSON.stringify(allowing('ecr:BatchGetImage'))];
    const credentials = session(berth, builder, { name: 's1', seconds: 900, policies, tags: { team: 'web' } });
    const password = await passwordOf(berth, credentials);

    expect(await verifyLoginToken(berth.world, password)).toMatchObject({
      kind: 'valid',
      principal: {
        arn: 'arn:aws:sts::123456789012:assumed-role/builder/s1',
        session: { policies, tags: { team: 'web' } },
      },
    });
    berth.pass(899_999);
    expect((await verifyLoginToken(berth.world, password)).kind).toBe('valid');
    berth.pass(1);
    expect((await verifyLoginToken(berth.world, password)).kind).toBe('expired');
  });

  test('cannot be that of another session with the same claims', async () => {
    const builder = await role(berth, { name: 'builder' });
    const [narrow, wide] = [session(berth, builder, { policies: ['{}'] }), session(berth, builder)];
    const password = await passwordOf(berth, narrow);
    const text = Buffer.from(password, 'base64').toString('utf8');
    expect(text).toContain(narrow.sessionToken);

    const swapped = Buffer.from(text.replace(narrow.sessionToken, wide.sessionToken)).toString('base64');
    const without = Buffer.from(text.replace(`.${narrow.sessionToken}`, '')).toString('base64');

    for (const changed of [swapped, without]) {
      expect(await verifyLoginToken(berth.world, changed)).toEqual({ kind: 'invalid' });
    }
  });

  test('fits into the headers of a request however much the session carries', async () => {
    const builder = await role(berth, { name: 'builder' });
    // The longest session token that is ever given out is just below 6 KiB; random letters do not get shorter.
    const policies = [berth.world.ids.bytes(4_100).toString('base64')];
    const credentials = session(berth, builder, { policies });
    expect(credentials.sessionToken.length).toBeGreaterThan(5 * 1_024);
    const password = await passwordOf(berth, credentials);

    expect((await verifyLoginToken(berth.world, password)).kind).toBe('valid');
    const headers = { Authorization: await loginOf(berth, credentials) };
    expect(headers.Authorization.length).toBeLessThan(15 * 1_024);
    const answer = await fetch(`${berth.url}/v2/`, { headers });
    expect(answer.status).toBe(200);
  });
});
