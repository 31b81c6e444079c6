import { DescribeRegistryCommand } from '@aws-sdk/client-ecr';
import type { IAM } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import type { TestBerth } from '../../berth.ts';
import { account, user } from '../../identity.ts';
import { sharedBerth } from '../../shared-berth.ts';
import { ecrClient, refused } from '../client.ts';
import { allows, iamClient, policy } from './client.ts';

const READ_ONLY = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly';
const PULL = allows('ecr:BatchGetImage');

const shared = sharedBerth();
let berth: TestBerth;
let iam: IAM;
beforeEach(async () => {
  berth = await shared.account();
  iam = iamClient(berth);
});

async function create(PolicyName: string, PolicyDocument = PULL): Promise<string> {
  const { Policy } = await iam.createPolicy({ PolicyName, PolicyDocument });
  return Policy?.Arn ?? '';
}

describe('a managed policy', () => {
  test('is made with its first version in force', async () => {
    const Tags = [{ Key: 'team', Value: 'red' }];

    const { Policy: made } = await iam.createPolicy({
      PolicyName: 'Pull',
      Path: '/teams/',
      PolicyDocument: PULL,
      Description: 'pulls',
      Tags,
    });

    const PolicyArn = `arn:aws:iam::${berth.registry.account}:policy/teams/Pull`;
    expect(made).toMatchObject({
      PolicyName: 'Pull',
      PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
      Arn: PolicyArn,
      Path: '/teams/',
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 0,
      IsAttachable: true,
      Description: 'pulls',
      Tags,
    });
    const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn, VersionId: 'v1' });
    expect(PolicyVersion).toMatchObject({ VersionId: 'v1', IsDefaultVersion: true });
    expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toBe(PULL);
    expect((await iam.getPolicy({ PolicyArn })).Policy).toEqual(made);
  });

  test('is the only one of its name, and found under its own path and spelling alone', async () => {
    const arn = await create('Pull');

    await expect(create('pull')).rejects.toEqual(
      refused('EntityAlreadyExistsException', 'A policy called pull already exists. Duplicate names are not allowed.'),
    );
    const wrong = arn.replace('Pull', 'pull');
    await expect(iam.getPolicy({ PolicyArn: wrong })).rejects.toEqual(
      refused('NoSuchEntityException', `Policy ${wrong} was not found.`),
    );
    await expect(iam.getPolicy({ PolicyArn: `arn:aws:iam::${berth.registry.account}:role/Pull` })).rejects.toEqual(
      refused('InvalidInputException', /is not valid/),
    );
  });

  test('has 6144 characters at most, white space not counted, in each of its versions', async () => {
    const tooLong = refused('LimitExceededException', 'Cannot exceed quota for PolicySize: 6144');
    // One string of a document is shorter than that, so there are several.
    const longest = policy(...Array.from({ length: 8 }, (_, at) => sized(at < 7 ? 768 : 768 - 38)));
    const spaced = JSON.stringify(JSON.parse(longest), null, 8);
    const longer = longest.replace('repository/a', 'repository/aa');
    expect([longest.length, longer.length]).toEqual([6_144, 6_145]);

    const PolicyArn = await create('long', spaced);

    await expect(create('longer', longer)).rejects.toEqual(tooLong);
    await expect(iam.createPolicyVersion({ PolicyArn, PolicyDocument: longer })).rejects.toEqual(tooLong);
  });

  test('is refused in IAM’s words when its document is malformed', async () => {
    const malformed = (text: string) => refused('MalformedPolicyDocumentException', text);

    await expect(create('a', policy({ Effect: 'Allow', Action: 'ecr:*' }))).rejects.toEqual(
      malformed('Policy statement must contain resources.'),
    );
    const named = policy({ Effect: 'Allow', Action: 'ecr:*', Resource: '*', Principal: '*' });
    await expect(create('b', named)).rejects.toEqual(malformed('Policy document should not specify a principal.'));
  });

  test('is one of 1500 at most', async () => {
    await berth.world.metadata.write(async (tx) => {
      const rows = Array.from({ length: 1_500 }, (_, at) => ({
        policy_id: `ANPA${String(at).padStart(17, 'A')}`,
        account: berth.registry.account,
        name: `p${at}`,
        name_key: `p${at}`,
        path: '/',
        description: null,
        default_version: 1,
        next_version: 2,
        created_at: 0,
        updated_at: 0,
      }));
      for (let at = 0; at < rows.length; at += 75) {
        await tx
          .insertInto('iam_policies')
          .values(rows.slice(at, at + 75))
          .execute();
      }
    });

    await expect(create('one-more')).rejects.toEqual(
      refused('LimitExceededException', 'Cannot exceed quota for PoliciesPerAccount: 1500'),
    );
    await expect(create('p7')).rejects.toEqual(refused('EntityAlreadyExistsException', /p7/));
  });
});

/** A statement of so many characters in JSON. */
function sized(length: number): object {
  const room =
    length - JSON.stringify({ Effect: 'Allow', Action: 'ecr:*', Resource: 'arn:aws:ecr:*:*:repository/' }).length;
  return { Effect: 'Allow', Action: 'ecr:*', Resource: `arn:aws:ecr:*:*:repository/${'a'.repeat(room - 1)}` };
}

describe('versions of a managed policy', () => {
  test('are five at most, and their names are not given again', async () => {
    const PolicyArn = await create('p');
    for (let at = 2; at <= 5; at++) await iam.createPolicyVersion({ PolicyArn, PolicyDocument: PULL });

    await expect(iam.createPolicyVersion({ PolicyArn, PolicyDocument: PULL })).rejects.toEqual(
      refused(
        'LimitExceededException',
        'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
      ),
    );
    await iam.deletePolicyVersion({ PolicyArn, VersionId: 'v5' });
    const { PolicyVersion } = await iam.createPolicyVersion({ PolicyArn, PolicyDocument: PULL, SetAsDefault: true });

    expect(PolicyVersion).toMatchObject({ VersionId: 'v6', IsDefaultVersion: true });
    const { Versions } = await iam.listPolicyVersions({ PolicyArn });
    expect(Versions?.map((it) => [it.VersionId, it.IsDefaultVersion])).toEqual([
      ['v6', true],
      ['v4', false],
      ['v3', false],
      ['v2', false],
      ['v1', false],
    ]);
    const first = await iam.listPolicyVersions({ PolicyArn, MaxItems: 3 });
    const second = await iam.listPolicyVersions({ PolicyArn, Marker: first.Marker });
    expect(second.Versions?.map((it) => it.VersionId)).toEqual(['v2', 'v1']);
  });

  test('go, except the one in force and those that are not there', async () => {
    const PolicyArn = await create('p');
    await iam.createPolicyVersion({ PolicyArn, PolicyDocument: PULL });

    await expect(iam.deletePolicyVersion({ PolicyArn, VersionId: 'v1' })).rejects.toEqual(
      refused('DeleteConflictException', 'Cannot delete the default version of a policy.'),
    );
    const missing = refused('NoSuchEntityException', /version v7 does not exist/);
    await expect(iam.deletePolicyVersion({ PolicyArn, VersionId: 'v7' })).rejects.toEqual(missing);
    await expect(iam.setDefaultPolicyVersion({ PolicyArn, VersionId: 'v7' })).rejects.toEqual(missing);
    await expect(iam.getPolicyVersion({ PolicyArn, VersionId: 'v7' })).rejects.toEqual(missing);
    await expect(iam.deletePolicy({ PolicyArn })).rejects.toEqual(
      refused('DeleteConflictException', /^This policy has more than one version\. Before you delete a policy/),
    );
    await iam.deletePolicyVersion({ PolicyArn, VersionId: 'v2' });
    await iam.deletePolicy({ PolicyArn });
    await expect(iam.getPolicy({ PolicyArn })).rejects.toEqual(
      refused('NoSuchEntityException', `Policy ${PolicyArn} was not found.`),
    );
  });

  test('put in force count for the very next request', async () => {
    const PolicyArn = await create('p', allows('ecr:ListImages'));
    const alice = await user(berth, { name: 'alice' });
    await iam.attachUserPolicy({ UserName: 'alice', PolicyArn });
    const describeRegistry = () => ecrClient(berth, { credentials: alice }).send(new DescribeRegistryCommand({}));
    await iam.createPolicyVersion({ PolicyArn, PolicyDocument: allows('ecr:DescribeRegistry') });
    const denied = refused('AccessDeniedException', /no identity-based policy allows the ecr:DescribeRegistry action/);

    await expect(describeRegistry()).rejects.toEqual(denied);
    await iam.setDefaultPolicyVersion({ PolicyArn, VersionId: 'v2' });
    expect(await describeRegistry()).toMatchObject({ registryId: berth.registry.account });
    await iam.setDefaultPolicyVersion({ PolicyArn, VersionId: 'v1' });
    await expect(describeRegistry()).rejects.toEqual(denied);
    await iam.putUserPolicy({ UserName: 'alice', PolicyName: 'x', PolicyDocument: allows('ecr:DescribeRegistry') });
    expect(await describeRegistry()).toMatchObject({ registryId: berth.registry.account });
    await iam.putUserPermissionsBoundary({ UserName: 'alice', PermissionsBoundary: PolicyArn });
    await expect(describeRegistry()).rejects.toEqual(
      refused('AccessDeniedException', /no permissions boundary allows the ecr:DescribeRegistry action/),
    );
    await iam.deleteUserPermissionsBoundary({ UserName: 'alice' });
    await iam.deleteUserPolicy({ UserName: 'alice', PolicyName: 'x' });
    await expect(describeRegistry()).rejects.toEqual(denied);
  });
});

describe('the policies of AWS', () => {
  test('are read by everyone and changed by nobody', async () => {
    const { Policy } = await iam.getPolicy({ PolicyArn: READ_ONLY });
    const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn: READ_ONLY, VersionId: 'v3' });

    expect(Policy).toMatchObject({ Arn: READ_ONLY, DefaultVersionId: 'v3', Path: '/', AttachmentCount: 0 });
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? '')).Statement).toHaveLength(1);
    const unmodifiable = refused('AccessDenied', /managed by AWS/);
    const PolicyArn = READ_ONLY;
    await expect(iam.createPolicyVersion({ PolicyArn, PolicyDocument: PULL })).rejects.toEqual(unmodifiable);
    await expect(iam.deletePolicy({ PolicyArn })).rejects.toEqual(unmodifiable);
    await expect(iam.tagPolicy({ PolicyArn, Tags: [] })).rejects.toEqual(unmodifiable);
    expect((await iam.listPolicyTags({ PolicyArn })).Tags).toEqual([]);
  });

  test('may be read by a user who is allowed to', async () => {
    const alice = iamClient(berth, await user(berth, { policies: [JSON.parse(allows('iam:GetPolicy', READ_ONLY))] }));

    expect((await alice.getPolicy({ PolicyArn: READ_ONLY })).Policy?.Arn).toBe(READ_ONLY);
    await expect(alice.getPolicy({ PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' })).rejects.toEqual(
      refused('AccessDenied', /not authorized to perform: iam:GetPolicy/),
    );
  });
});

describe('ListPolicies', () => {
  test('lists by scope, path, attachment and use, without descriptions', async () => {
    const first = await create('aaa');
    await create('Administratoraccess');
    await iam.createPolicy({ PolicyName: 'zzz', Path: '/x/', PolicyDocument: PULL, Description: 'not listed' });
    await user(berth, { name: 'alice' });
    await iam.attachUserPolicy({ UserName: 'alice', PolicyArn: READ_ONLY });
    await iam.putUserPermissionsBoundary({ UserName: 'alice', PermissionsBoundary: first });
    const names = async (filter: Parameters<IAM['listPolicies']>[0]) =>
      (await iam.listPolicies(filter)).Policies?.map((it) => it.PolicyName);

    expect(await names({ Scope: 'Local' })).toEqual(['aaa', 'Administratoraccess', 'zzz']);
    expect(await names({ Scope: 'Local', PathPrefix: '/x/' })).toEqual(['zzz']);
    expect(await names({ Scope: 'AWS' })).toContain('AdministratorAccess');
    expect(await names({ Scope: 'AWS' })).not.toContain('aaa');
    expect(await names({ OnlyAttached: true })).toEqual(['AmazonEC2ContainerRegistryReadOnly']);
    expect(await names({ PolicyUsageFilter: 'PermissionsBoundary' })).toEqual(['aaa']);
    const all = (await iam.listPolicies()).Policies ?? [];
    expect(all.find((it) => it.Arn === READ_ONLY)).toMatchObject({ AttachmentCount: 1 });
    expect(all.find((it) => it.PolicyName === 'zzz')).not.toHaveProperty('Description');

    const paged: (string | undefined)[] = [];
    for (let Marker: string | undefined, more = true; more; ) {
      const page = await iam.listPolicies({ MaxItems: 7, ...(Marker !== undefined && { Marker }) });
      paged.push(...(page.Policies ?? []).map((it) => it.Arn));
      Marker = page.Marker;
      more = page.IsTruncated === true;
    }
    expect(paged).toEqual(all.map((it) => it.Arn));
  });

  test('counts and lists for one account alone', async () => {
    await user(berth, { name: 'alice' });
    await iam.attachUserPolicy({ UserName: 'alice', PolicyArn: READ_ONLY });
    const own = await create('own');
    const stranger = await account(berth);
    const other = iamClient(berth, stranger);

    expect((await other.listPolicies({ Scope: 'Local' })).Policies).toEqual([]);
    expect((await other.getPolicy({ PolicyArn: READ_ONLY })).Policy?.AttachmentCount).toBe(0);
    await expect(other.getPolicy({ PolicyArn: own })).rejects.toEqual(refused('AccessDenied', /iam:GetPolicy/));
    const mine = await user(berth, { account: stranger.account, name: 'mine' });
    await expect(other.attachUserPolicy({ UserName: mine.name, PolicyArn: own })).rejects.toEqual(
      refused('NoSuchEntityException', `Policy ${own} does not exist or is not attachable.`),
    );
  });
});
