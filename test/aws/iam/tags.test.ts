import type { IAM, Tag } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import type { TestBerth } from '../../berth.ts';
import { user } from '../../identity.ts';
import { sharedBerth } from '../../shared-berth.ts';
import { refused } from '../client.ts';
import { allows, iamClient, policy, trusts } from './client.ts';

const shared = sharedBerth();
let berth: TestBerth;
let iam: IAM;
let PolicyArn: string;
let OpenIDConnectProviderArn: string;
beforeEach(async () => {
  berth = await shared.account();
  iam = iamClient(berth);
  PolicyArn = `arn:aws:iam::${berth.registry.account}:policy/p`;
  OpenIDConnectProviderArn = `arn:aws:iam::${berth.registry.account}:oidc-provider/a.example.com`;
});

const RoleName = 'app';
const InstanceProfileName = 'web';

/** The same calls for all that has tags. */
const KINDS = {
  role: {
    create: (Tags: Tag[]) =>
      iam.createRole({ RoleName, AssumeRolePolicyDocument: trusts({ Service: 'ec2.amazonaws.com' }), Tags }),
    tag: (Tags: Tag[]) => iam.tagRole({ RoleName, Tags }),
    untag: (TagKeys: string[]) => iam.untagRole({ RoleName, TagKeys }),
    list: (more: object = {}) => iam.listRoleTags({ RoleName, ...more }),
    remove: () => iam.deleteRole({ RoleName }),
  },
  policy: {
    create: (Tags: Tag[]) => iam.createPolicy({ PolicyName: 'p', PolicyDocument: allows('ecr:*'), Tags }),
    tag: (Tags: Tag[]) => iam.tagPolicy({ PolicyArn, Tags }),
    untag: (TagKeys: string[]) => iam.untagPolicy({ PolicyArn, TagKeys }),
    list: (more: object = {}) => iam.listPolicyTags({ PolicyArn, ...more }),
    remove: () => iam.deletePolicy({ PolicyArn }),
  },
  'instance profile': {
    create: (Tags: Tag[]) => iam.createInstanceProfile({ InstanceProfileName, Tags }),
    tag: (Tags: Tag[]) => iam.tagInstanceProfile({ InstanceProfileName, Tags }),
    untag: (TagKeys: string[]) => iam.untagInstanceProfile({ InstanceProfileName, TagKeys }),
    list: (more: object = {}) => iam.listInstanceProfileTags({ InstanceProfileName, ...more }),
    remove: () => iam.deleteInstanceProfile({ InstanceProfileName }),
  },
  'OIDC provider': {
    create: (Tags: Tag[]) => iam.createOpenIDConnectProvider({ Url: 'https://a.example.com', Tags }),
    tag: (Tags: Tag[]) => iam.tagOpenIDConnectProvider({ OpenIDConnectProviderArn, Tags }),
    untag: (TagKeys: string[]) => iam.untagOpenIDConnectProvider({ OpenIDConnectProviderArn, TagKeys }),
    list: (more: object = {}) => iam.listOpenIDConnectProviderTags({ OpenIDConnectProviderArn, ...more }),
    remove: () => iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn }),
  },
};

describe.each(['role', 'policy', 'instance profile', 'OIDC provider'] as const)('the tags of a %s', (kind) => {
  const on = KINDS[kind];

  test('are unique without case, paged by key, and go with what has them', async () => {
    const others = await tagsOfAll();
    await on.create([
      { Key: 'Team', Value: 'red' },
      { Key: 'b', Value: '' },
    ]);
    await on.tag([
      { Key: 'TEAM', Value: 'blue' },
      { Key: 'c', Value: 'x y' },
    ]);

    const { Tags } = await on.list();
    const first = await on.list({ MaxItems: 2 });
    const second = await on.list({ Marker: first.Marker });

    expect(Tags).toEqual([
      { Key: 'b', Value: '' },
      { Key: 'c', Value: 'x y' },
      { Key: 'TEAM', Value: 'blue' },
    ]);
    expect([first.IsTruncated, second.Tags]).toEqual([true, [{ Key: 'TEAM', Value: 'blue' }]]);
    await on.untag(['team', 'nothing']);
    expect((await on.list()).Tags).toHaveLength(2);
    await on.remove();
    expect(await tagsOfAll()).toEqual(others);
    await on.create([]);
    expect((await on.list()).Tags).toEqual([]);
  });

  test('are fifty at most, each key once, none of AWS’s own', async () => {
    const fifty = Array.from({ length: 50 }, (_, at) => ({ Key: `k${at}`, Value: 'v' }));
    const invalid = (text: RegExp) => refused('InvalidInputException', text);
    await on.create(fifty);

    await on.tag(fifty);
    await expect(on.tag([{ Key: 'more', Value: 'v' }])).rejects.toEqual(
      refused('LimitExceededException', 'The number of tags has reached the maximum limit.'),
    );
    await expect(on.tag([{ Key: 'aws:x', Value: 'v' }])).rejects.toEqual(invalid(/aws: prefixed/));
    const twice = [
      { Key: 'k1', Value: 'v' },
      { Key: 'K1', Value: 'w' },
    ];
    await expect(on.tag(twice)).rejects.toEqual(invalid(/Duplicate tag keys/));
    expect((await on.list()).Tags).toHaveLength(50);
  });
});

test('who may tag is told by the tags that are asked for and by those that are there', async () => {
  const may = policy({
    Effect: 'Allow',
    Action: ['iam:TagRole', 'iam:UntagRole'],
    Resource: '*',
    Condition: {
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'cost'] },
      StringEquals: { 'iam:ResourceTag/team': 'red' },
    },
  });
  const alice = iamClient(berth, await user(berth, { policies: [JSON.parse(may)] }));
  const AssumeRolePolicyDocument = trusts({ Service: 'ec2.amazonaws.com' });
  await iam.createRole({ RoleName, AssumeRolePolicyDocument, Tags: [{ Key: 'team', Value: 'red' }] });
  await iam.createRole({ RoleName: 'other', AssumeRolePolicyDocument });
  const denied = refused('AccessDenied', /not authorized to perform: iam:TagRole/);
  const cost = [{ Key: 'cost', Value: '1' }];

  await alice.tagRole({ RoleName, Tags: cost });

  await expect(alice.tagRole({ RoleName, Tags: [{ Key: 'owner', Value: 'me' }] })).rejects.toEqual(denied);
  await expect(alice.tagRole({ RoleName: 'other', Tags: cost })).rejects.toEqual(denied);
  await alice.untagRole({ RoleName, TagKeys: ['cost'] });
});

function tagsOfAll() {
  return berth.world.metadata.read((tx) => tx.selectFrom('iam_tags').selectAll().execute());
}
