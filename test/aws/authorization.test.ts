import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ECR_OPERATIONS } from '../../src/aws/ecr/operations.ts';
import { ECR } from '../../src/aws/model/models.ts';
import { setRootKey } from '../../src/identity/access-keys.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { call } from './call.ts';
import { sampleOf } from './samples.ts';

const STRANGER = { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'a secret of another account' };
const STRANGERS_ACCOUNT = '999999999999';
/** What these touch is always the caller's own: their inputs cannot name another account. */
const OWN_REGISTRY_ONLY = ['GetAuthorizationToken', 'DescribeRegistry', 'GetAccountSetting', 'PutAccountSetting'];
/** The action of an operation that is not `ecr:` and its name. */
const ACTIONS: Readonly<Record<string, string>> = { ListImageReferrers: 'ecr:BatchGetImage' };

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth();
  await setRootKey(berth.world, STRANGERS_ACCOUNT, STRANGER);
  await berth.createRepository('sample');
});
afterAll(() => berth.stop());

const names = ECR_OPERATIONS.map((it) => it.name);

test.each(names)('%s is refused to a caller who does not sign', async (operation) => {
  const { status, json } = await call(berth, operation, { isUnsigned: true, body: validInput(operation) });

  expect({ status, json }).toEqual({
    status: 400,
    json: { __type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' },
  });
});

test.each(names)('%s is refused to a caller with a wrong secret', async (operation) => {
  const caller = { ...STRANGER, accessKeyId: berth.accessKeyId };

  const { json } = await call(berth, operation, { caller, body: validInput(operation) });

  expect(json['__type']).toBe('InvalidSignatureException');
});

test.each(names.filter((it) => !OWN_REGISTRY_ONLY.includes(it)))(
  '%s on this registry is refused to the root of another account',
  async (operation) => {
    const { status, json } = await call(berth, operation, { caller: STRANGER, body: addressed(operation) });

    const resource = operation === 'DescribeRepositories' ? 'repository/*' : 'repository/sample';
    const action = ACTIONS[operation] ?? `ecr:${operation}`;
    expect({ status, json }).toEqual({
      status: 400,
      json: {
        __type: 'AccessDeniedException',
        message: `User: arn:aws:iam::${STRANGERS_ACCOUNT}:root is not authorized to perform: ${action} on resource: arn:aws:ecr:us-east-1:123456789012:${resource} because no resource-based policy allows the ${action} action`,
      },
    });
  },
);

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

/** The smallest valid input, on the repository `sample` where it names one. */
function validInput(operation: string): object {
  const sample = sampleOf(ECR, ECR.operations.get(operation)?.input ?? '');
  const arn = 'arn:aws:ecr:us-east-1:123456789012:repository/sample';
  const input = typeof sample === 'object' && sample !== null ? sample : {};
  return 'resourceArn' in input ? { ...input, resourceArn: arn } : input;
}

function addressed(operation: string): object {
  const input = validInput(operation);
  return 'resourceArn' in input ? input : { ...input, registryId: '123456789012' };
}
