import type { IAM } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import type { TestBerth } from '../../berth.ts';
import { account } from '../../identity.ts';
import { sharedBerth } from '../../shared-berth.ts';
import { refused } from '../client.ts';
import { allows, iamClient, trusts } from './client.ts';

const NO_KEY = 'false,N/A,N/A,N/A,N/A';
const NO_CERTIFICATES = 'false,N/A,false,N/A';
const DAY = 24 * 60 * 60 * 1_000;

const shared = sharedBerth();
let berth: TestBerth;
let iam: IAM;
beforeEach(async () => {
  berth = await shared.account();
  iam = iamClient(berth);
});

describe('the alias of an account', () => {
  test('is one, which a second takes the place of, and is deleted under its own name', async () => {
    await iam.createAccountAlias({ AccountAlias: 'first-name' });
    await iam.createAccountAlias({ AccountAlias: 'second-name' });

    expect(await iam.listAccountAliases({})).toMatchObject({ AccountAliases: ['second-name'], IsTruncated: false });
    await expect(iam.deleteAccountAlias({ AccountAlias: 'first-name' })).rejects.toEqual(
      refused('NoSuchEntityException', 'The account alias first-name cannot be found.'),
    );
    await iam.deleteAccountAlias({ AccountAlias: 'second-name' });
    expect((await iam.listAccountAliases({})).AccountAliases).toEqual([]);
  });

  test('belongs to one account of the installation, also when many ask at once', async () => {
    const others = await Promise.all([account(berth), account(berth), account(berth)]);

    const asked = await Promise.allSettled(
      others.map((it) => iamClient(berth, it).createAccountAlias({ AccountAlias: 'wanted' })),
    );

    expect(asked.filter((it) => it.status === 'fulfilled')).toHaveLength(1);
    await expect(iam.createAccountAlias({ AccountAlias: 'wanted' })).rejects.toEqual(
      refused('EntityAlreadyExistsException', 'The account alias wanted already exists.'),
    );
  });

  test.each([
    ['123456789012', 'InvalidInputException'],
    ['ab', 'ValidationError'],
    ['two--dashes', 'ValidationError'],
    ['Upper', 'ValidationError'],
  ])('is not %s', async (AccountAlias, name) => {
    await expect(iam.createAccountAlias({ AccountAlias })).rejects.toMatchObject({ name });
  });
});

describe('the summary of an account', () => {
  test('counts what is there, and names every quota', async () => {
    await iam.createUser({ UserName: 'u' });
    await iam.createGroup({ GroupName: 'g' });
    await iam.createRole({ RoleName: 'r', AssumeRolePolicyDocument: trusts({ Service: 'ec2.amazonaws.com' }) });
    const { Policy } = await iam.createPolicy({ PolicyName: 'p', PolicyDocument: allows('ecr:*') });
    await iam.attachUserPolicy({ UserName: 'u', PolicyArn: Policy?.Arn });
    await iam.attachGroupPolicy({ GroupName: 'g', PolicyArn: Policy?.Arn });
    await iam.createInstanceProfile({ InstanceProfileName: 'i' });

    const { SummaryMap = {} } = await iam.getAccountSummary({});

    expect(SummaryMap).toMatchObject({
      Users: 1,
      UsersQuota: 5_000,
      Groups: 1,
      GroupsQuota: 300,
      Roles: 1,
      RolesQuota: 1_000,
      Policies: 1,
      PolicyVersionsInUse: 1,
      InstanceProfiles: 1,
      AccountAccessKeysPresent: 1,
      MFADevices: 0,
      AccessKeysPerUserQuota: 2,
      GlobalEndpointTokenVersion: 2,
    });
    expect(Object.keys(SummaryMap)).toHaveLength(34);
  });
});

describe('the credential report', () => {
  test('is made at once, and has a line for root and for each user', async () => {
    await iam.createUser({ UserName: 'B', Path: '/x/' });
    await iam.createUser({ UserName: 'a,b' });
    await iam.createAccessKey({ UserName: 'B' });
    const { AccessKey: second } = await iam.createAccessKey({ UserName: 'B' });
    await iam.updateAccessKey({ UserName: 'B', AccessKeyId: second?.AccessKeyId, Status: 'Inactive' });
    await iam.updateAccountPasswordPolicy({ MaxPasswordAge: 30 });
    await iam.createLoginProfile({ UserName: 'B', Password: 'Secret-words-1' });
    const now = `${berth.world.clock.now().toISOString().slice(0, 19)}+00:00`;
    const next = `${new Date(berth.world.clock.now().getTime() + 30 * DAY).toISOString().slice(0, 19)}+00:00`;

    const { State } = await iam.generateCredentialReport({});
    const { Content, ReportFormat, GeneratedTime } = await iam.getCredentialReport({});

    expect([State, ReportFormat, GeneratedTime]).toEqual(['COMPLETE', 'text/csv', expect.any(Date)]);
    const [head = '', root = '', ...users] = Buffer.from(Content ?? [])
      .toString('utf8')
      .split('\n');
    expect(head.split(',')).toHaveLength(22);
    expect(root).toMatch(
      new RegExp(
        `^<root_account>,arn:aws:iam::${berth.registry.account}:root,[^,]+,not_supported,N/A,not_supported,not_supported,false,true,`,
      ),
    );
    expect(users).toEqual([
      `"a,b","arn:aws:iam::${berth.registry.account}:user/a,b",${now},false,N/A,N/A,N/A,false,${NO_KEY},${NO_KEY},${NO_CERTIFICATES}`,
      expect.stringMatching(
        `^B,arn:aws:iam::${berth.registry.account}:user/x/B,${escaped(now)},true,no_information,${escaped(now)},${escaped(next)},false,(?:true,${escaped(now)},N/A,N/A,N/A,false|false,${escaped(now)},N/A,N/A,N/A,true),${escaped(now)},N/A,N/A,N/A,${NO_CERTIFICATES}$`,
      ),
    ]);
  });
});

describe('what IAM keeps and Berth does not', () => {
  test('has empty lists for a user who is there, so that he can be deleted', async () => {
    const UserName = 'u';
    await iam.createUser({ UserName });

    const lists = await Promise.all([
      iam.listMFADevices({ UserName }),
      iam.listSSHPublicKeys({ UserName }),
      iam.listServiceSpecificCredentials({ UserName }),
      iam.listSigningCertificates({ UserName }),
      iam.listVirtualMFADevices({ AssignmentStatus: 'Assigned' }),
      iam.listServerCertificates({}),
      iam.listSAMLProviders({}),
    ]);

    expect(lists.map(withoutFrame)).toEqual([
      { MFADevices: [] },
      { SSHPublicKeys: [] },
      { ServiceSpecificCredentials: [] },
      { Certificates: [] },
      { VirtualMFADevices: [] },
      { ServerCertificateMetadataList: [] },
      { SAMLProviderList: [] },
    ]);
    await expect(iam.listMFADevices({ UserName: 'nobody' })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  test('is not found when one of it is asked for', async () => {
    const asked = [
      iam.getMFADevice({ SerialNumber: `arn:aws:iam::${berth.registry.account}:mfa/device` }),
      iam.getSAMLProvider({ SAMLProviderArn: `arn:aws:iam::${berth.registry.account}:saml-provider/idp` }),
      iam.getSSHPublicKey({ UserName: 'u', SSHPublicKeyId: 'APKAEXAMPLEEXAMPLEEX', Encoding: 'PEM' }),
      iam.getServerCertificate({ ServerCertificateName: 'cert' }),
    ];

    const errors = (await Promise.allSettled(asked)).map((it) => (it.status === 'rejected' ? it.reason.name : it));
    expect(errors).toEqual(Array(4).fill('NoSuchEntityException'));
  });

  test('cannot be made', async () => {
    await expect(iam.createVirtualMFADevice({ VirtualMFADeviceName: 'x' })).rejects.toMatchObject({
      name: 'InvalidAction',
      message: 'Could not find operation CreateVirtualMFADevice for version 2010-05-08',
    });
  });
});

/** The list alone. */
function withoutFrame(answer: object): object {
  return Object.fromEntries(Object.entries(answer).filter(([it]) => it !== '$metadata' && it !== 'IsTruncated'));
}

function escaped(text: string): string {
  return text.replaceAll('+', '\\+');
}
