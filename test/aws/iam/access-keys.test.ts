import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import type { IAM } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import { accountOfAccessKeyId } from '../../../src/identity/new-ids.ts';
import type { TestBerth } from '../../berth.ts';
import { account, loginOf } from '../../identity.ts';
import { sharedBerth } from '../../shared-berth.ts';
import { ecrClient, refused } from '../client.ts';
import { allows, iamClient } from './client.ts';

const MINUTE = 60_000;

const shared = sharedBerth();
let berth: TestBerth;
let iam: IAM;
beforeEach(async () => {
  berth = await shared.account();
  iam = iamClient(berth);
  await iam.createUser({ UserName: 'u' });
});

async function newKey(UserName = 'u'): Promise<{ accessKeyId: string; secretAccessKey: string }> {
  const { AccessKey } = await iam.createAccessKey({ UserName });
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

describe('an access key', () => {
  test('is shown with its secret once, and holds its account where tools look for it', async () => {
    const { AccessKey } = await iam.createAccessKey({ UserName: 'u' });
    const { AccessKeyMetadata, IsTruncated } = await iam.listAccessKeys({ UserName: 'u' });

    expect(AccessKey).toEqual({
      UserName: 'u',
      AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
      SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
      Status: 'Active',
      CreateDate: expect.any(Date),
    });
    expect(accountOfAccessKeyId(AccessKey?.AccessKeyId ?? '')).toBe(berth.registry.account);
    const { SecretAccessKey: _, ...shown } = AccessKey ?? {};
    expect({ AccessKeyMetadata, IsTruncated }).toEqual({ AccessKeyMetadata: [shown], IsTruncated: false });
    expect(JSON.stringify(berth.log)).not.toContain(AccessKey?.SecretAccessKey);
  });

  test('is one of two at most', async () => {
    await newKey();
    await newKey();

    await expect(newKey()).rejects.toEqual(
      refused('LimitExceededException', 'Cannot exceed quota for AccessKeysPerUser: 2'),
    );
  });

  test('is one of two also when many are asked for at once', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => newKey()));

    expect(asked.filter((it) => it.status === 'fulfilled')).toHaveLength(2);
    expect((await iam.listAccessKeys({ UserName: 'u' })).AccessKeyMetadata).toHaveLength(2);
  });

  test('is off, on again and gone from the next request on, at both doors', async () => {
    const key = await newKey();
    await iam.putUserPolicy({ UserName: 'u', PolicyName: 'p', PolicyDocument: allows('*') });
    const own = iamClient(berth, key);
    const login = await loginOf(berth, key);
    const ping = async () => (await fetch(`${berth.url}/v2/`, { headers: { authorization: login } })).status;
    const set = (Status: 'Active' | 'Inactive') =>
      iam.updateAccessKey({ UserName: 'u', AccessKeyId: key.accessKeyId, Status });
    const unknown = { name: 'InvalidClientTokenId', $metadata: { httpStatusCode: 403 } };

    await expect(own.getUser({})).resolves.toBeDefined();
    expect(await ping()).toBe(200);
    await set('Inactive');
    await expect(own.getUser({})).rejects.toMatchObject(unknown);
    expect(await ping()).toBe(401);
    expect((await iam.listAccessKeys({ UserName: 'u' })).AccessKeyMetadata?.[0]?.Status).toBe('Inactive');
    await set('Active');
    await expect(own.getUser({})).resolves.toBeDefined();
    await iam.deleteAccessKey({ UserName: 'u', AccessKeyId: key.accessKeyId });
    await expect(own.getUser({})).rejects.toMatchObject(unknown);
    expect(await ping()).toBe(401);
  });

  test('is found under the name of its own user alone', async () => {
    await iam.createUser({ UserName: 'other' });
    const { accessKeyId: AccessKeyId } = await newKey();
    const notThere = refused('NoSuchEntityException', `The Access Key with id ${AccessKeyId} cannot be found.`);

    await expect(iam.deleteAccessKey({ UserName: 'other', AccessKeyId })).rejects.toEqual(notThere);
    await expect(iam.updateAccessKey({ UserName: 'other', AccessKeyId, Status: 'Inactive' })).rejects.toEqual(notThere);
    await expect(iam.deleteAccessKey({ UserName: 'nobody', AccessKeyId })).rejects.toMatchObject({
      message: 'The user with name nobody cannot be found.',
    });
    await expect(iamClient(berth, await account(berth)).getAccessKeyLastUsed({ AccessKeyId })).rejects.toEqual(
      notThere,
    );
  });

  test('without a name is that of who signs; root has its key from elsewhere', async () => {
    const key = await newKey();
    await iam.putUserPolicy({ UserName: 'u', PolicyName: 'p', PolicyDocument: allows('iam:*AccessKey*') });
    const own = iamClient(berth, key);

    const { AccessKey: second } = await own.createAccessKey({});

    expect(second?.UserName).toBe('u');
    expect((await own.listAccessKeys({})).AccessKeyMetadata).toHaveLength(2);
    await own.deleteAccessKey({ AccessKeyId: second?.AccessKeyId });
    const { AccessKeyMetadata: ofRoot } = await iam.listAccessKeys({});
    expect(ofRoot?.map((it) => it.AccessKeyId)).toEqual([berth.accessKeyId]);
    const mustSay = refused('ValidationError', 'Must specify userName when calling with non-User credentials');
    await expect(iam.createAccessKey({})).rejects.toEqual(mustSay);
    await expect(iam.deleteAccessKey({ AccessKeyId: berth.accessKeyId })).rejects.toEqual(mustSay);
  });

  test('does not become Expired by being told so', async () => {
    const { accessKeyId: AccessKeyId } = await newKey();

    await expect(iam.updateAccessKey({ UserName: 'u', AccessKeyId, Status: 'Expired' })).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  });
});

describe('the last use of a key', () => {
  test('is N/A of one that was never used', async () => {
    const { accessKeyId: AccessKeyId } = await newKey();

    const { UserName, AccessKeyLastUsed } = await iam.getAccessKeyLastUsed({ AccessKeyId });

    expect({ UserName, AccessKeyLastUsed }).toEqual({
      UserName: 'u',
      AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
    });
  });

  test('is known with service and region, and written down once a minute', async () => {
    const key = await newKey();
    const { accessKeyId: AccessKeyId } = key;
    await iam.putUserPolicy({ UserName: 'u', PolicyName: 'p', PolicyDocument: allows('*') });
    const used = async () => (await iam.getAccessKeyLastUsed({ AccessKeyId })).AccessKeyLastUsed;
    const first = seconds(berth.world.clock.now());

    await ecrClient(berth, { credentials: key }).send(new DescribeRepositoriesCommand({}));
    await expect.poll(used).toEqual({ LastUsedDate: first, ServiceName: 'ecr', Region: berth.registry.region });
    berth.pass(MINUTE / 2);
    await iamClient(berth, key).getUser({});
    berth.pass(MINUTE / 2);
    expect(await used()).toMatchObject({ LastUsedDate: first, ServiceName: 'ecr' });
    await iamClient(berth, key).getUser({});
    await expect.poll(used).toMatchObject({ LastUsedDate: seconds(berth.world.clock.now()), ServiceName: 'iam' });
  });

  test('is not asked for of a key that nobody has', async () => {
    await expect(iam.getAccessKeyLastUsed({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' })).rejects.toEqual(
      refused('NoSuchEntityException', 'The Access Key with id AKIAIOSFODNN7EXAMPLE cannot be found.'),
    );
  });
});

function seconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1_000) * 1_000);
}
