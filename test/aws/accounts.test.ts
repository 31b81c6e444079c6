import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setRootKey } from '../../src/identity/access-keys.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { call } from './call.ts';

const STRANGER = { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'a secret of another account' };
const STRANGERS_ACCOUNT = '999999999999';

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth();
  await setRootKey(berth.world, STRANGERS_ACCOUNT, STRANGER);
  await berth.createRepository('sample');
});
afterAll(() => berth.stop());

describe('an account alone with its own registry', () => {
  test('sees none of the repositories of another', async () => {
    const { json } = await call(berth, 'DescribeRepositories', { caller: STRANGER });

    expect(json).toEqual({ repositories: [] });
  });

  test('has settings that another does not change', async () => {
    const setting = { name: 'REGISTRY_POLICY_SCOPE' };
    await call(berth, 'PutAccountSetting', { caller: STRANGER, body: { ...setting, value: 'V1' } });

    const own = await call(berth, 'GetAccountSetting', { body: setting });
    const strangers = await call(berth, 'GetAccountSetting', { caller: STRANGER, body: setting });

    expect([own.json['value'], strangers.json['value']]).toEqual(['V2', 'V1']);
  });

  test('is the account that DescribeRegistry answers', async () => {
    const { json } = await call(berth, 'DescribeRegistry', { caller: STRANGER });

    expect(json).toEqual({ registryId: STRANGERS_ACCOUNT, replicationConfiguration: { rules: [] } });
  });
});

test('naming the own account is the same as naming none', async () => {
  const { json } = await call(berth, 'DescribeRepositories', { body: { registryId: '123456789012' } });

  expect(json['repositories']).toHaveLength(1);
});
