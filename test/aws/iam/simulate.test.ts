import type { IAM } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import type { TestBerth } from '../../berth.ts';
import { user } from '../../identity.ts';
import { sharedBerth } from '../../shared-berth.ts';
import { refused } from '../client.ts';
import { allows, iamClient, policy, trusts } from './client.ts';

const shared = sharedBerth();
let berth: TestBerth;
let appArn: string;
let otherArn: string;
let iam: IAM;
beforeEach(async () => {
  berth = await shared.account();
  appArn = `arn:aws:ecr:us-east-1:${berth.registry.account}:repository/app`;
  otherArn = `arn:aws:ecr:us-east-1:${berth.registry.account}:repository/other`;
  iam = iamClient(berth);
});

describe('SimulatePrincipalPolicy', () => {
  test('decides each action on each resource by all that is on a user, and says where', async () => {
    const alice = await user(berth, { name: 'alice' });
    await iam.createGroup({ GroupName: 'devs' });
    await iam.addUserToGroup({ GroupName: 'devs', UserName: 'alice' });
    const inline = JSON.stringify(JSON.parse(allows('ecr:PutImage', appArn)), null, 2);
    await iam.putUserPolicy({ UserName: 'alice', PolicyName: 'push', PolicyDocument: inline });
    await iam.putGroupPolicy({
      GroupName: 'devs',
      PolicyName: 'no-delete',
      PolicyDocument: policy({ Effect: 'Deny', Action: 'ecr:Delete*', Resource: '*' }),
    });

    const { EvaluationResults, IsTruncated } = await iam.simulatePrincipalPolicy({
      PolicySourceArn: alice.arn,
      ActionNames: ['ecr:PutImage', 'ecr:DeleteRepository'],
      ResourceArns: [appArn, otherArn],
    });

    expect(EvaluationResults?.map((it) => [it.EvalActionName, it.EvalResourceName, it.EvalDecision])).toEqual([
      ['ecr:PutImage', appArn, 'allowed'],
      ['ecr:PutImage', otherArn, 'implicitDeny'],
      ['ecr:DeleteRepository', appArn, 'explicitDeny'],
      ['ecr:DeleteRepository', otherArn, 'explicitDeny'],
    ]);
    expect(EvaluationResults?.[0]?.MatchedStatements).toEqual([
      {
        SourcePolicyId: 'push',
        SourcePolicyType: 'user',
        StartPosition: { Line: 4, Column: 5 },
        EndPosition: { Line: 8, Column: expect.any(Number) },
      },
    ]);
    expect(EvaluationResults?.[2]?.MatchedStatements?.[0]).toMatchObject({
      SourcePolicyId: 'no-delete',
      SourcePolicyType: 'group',
    });
    expect(IsTruncated).toBe(false);
  });

  test('counts boundary, input policies and context, and names the keys that are missing', async () => {
    const alice = await user(berth, { name: 'alice', tags: { team: 'red' } });
    const bound = await iam.createPolicy({ PolicyName: 'bound', PolicyDocument: allows('ecr:*') });
    await iam.putUserPermissionsBoundary({ UserName: 'alice', PermissionsBoundary: bound.Policy?.Arn });
    const input = policy({
      Effect: 'Allow',
      Action: ['ecr:ListImages', 'kms:ListKeys'],
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:PrincipalTag/team': 'red', 'aws:username': 'alice' },
        IpAddress: { 'aws:SourceIp': '10.0.0.0/8' },
      },
    });
    const asked = {
      PolicySourceArn: alice.arn,
      PolicyInputList: [input],
      ActionNames: ['ecr:ListImages', 'kms:ListKeys'],
    };

    const without = await iam.simulatePrincipalPolicy(asked);
    const within = await iam.simulatePrincipalPolicy({
      ...asked,
      ContextEntries: [{ ContextKeyName: 'AWS:SourceIp', ContextKeyType: 'ip', ContextKeyValues: ['10.1.2.3'] }],
    });
    const unbound = await iam.simulatePrincipalPolicy({
      ...asked,
      PermissionsBoundaryPolicyInputList: [allows('*')],
      ContextEntries: [{ ContextKeyName: 'aws:SourceIp', ContextKeyType: 'ip', ContextKeyValues: ['10.1.2.3'] }],
    });

    expect(without.EvaluationResults?.[0]).toMatchObject({
      EvalDecision: 'implicitDeny',
      EvalResourceName: '*',
      MissingContextValues: ['aws:SourceIp'],
    });
    expect(within.EvaluationResults?.map((it) => it.EvalDecision)).toEqual(['allowed', 'implicitDeny']);
    expect(within.EvaluationResults?.map((it) => it.PermissionsBoundaryDecisionDetail)).toEqual([
      { AllowedByPermissionsBoundary: true },
      { AllowedByPermissionsBoundary: false },
    ]);
    expect(within.EvaluationResults?.[0]?.MatchedStatements).toContainEqual(
      expect.objectContaining({ SourcePolicyId: 'PolicyInputList.1', SourcePolicyType: 'none' }),
    );
    expect(unbound.EvaluationResults?.map((it) => it.EvalDecision)).toEqual(['allowed', 'allowed']);
  });

  test('simulates groups and roles too, and pages', async () => {
    await iam.createGroup({ GroupName: 'devs' });
    await iam.putGroupPolicy({ GroupName: 'devs', PolicyName: 'p', PolicyDocument: allows('ecr:*') });
    await iam.createRole({
      RoleName: 'app',
      Path: '/x/',
      AssumeRolePolicyDocument: trusts({ Service: 'ec2.amazonaws.com' }),
    });
    const group = {
      PolicySourceArn: `arn:aws:iam::${berth.registry.account}:group/devs`,
      ActionNames: ['ecr:A', 'ecr:B', 'ecr:C'],
    };
    const role = {
      PolicySourceArn: `arn:aws:iam::${berth.registry.account}:role/x/app`,
      ActionNames: ['ecr:ListImages'],
    };

    const first = await iam.simulatePrincipalPolicy({ ...group, MaxItems: 2 });
    const second = await iam.simulatePrincipalPolicy({ ...group, MaxItems: 2, Marker: first.Marker });

    expect(first.EvaluationResults?.map((it) => it.EvalActionName)).toEqual(['ecr:A', 'ecr:B']);
    expect(second.EvaluationResults?.map((it) => [it.EvalActionName, it.EvalDecision])).toEqual([['ecr:C', 'allowed']]);
    const { EvaluationResults } = await iam.simulatePrincipalPolicy(role);
    expect(EvaluationResults?.[0]?.EvalDecision).toBe('implicitDeny');
    await expect(iam.simulatePrincipalPolicy({ ...role, Marker: first.Marker })).rejects.toEqual(
      refused('ValidationError', /Invalid Marker/),
    );
  });

  test('refuses sources that are not there, and what is no action, resource, caller or policy', async () => {
    const alice = await user(berth, { name: 'alice' });
    const simulate = (more: object) =>
      iam.simulatePrincipalPolicy({ PolicySourceArn: alice.arn, ActionNames: ['ecr:ListImages'], ...more });
    const invalid = (text: RegExp) => refused('InvalidInputException', text);

    const none = `arn:aws:iam::${berth.registry.account}:user/none`;
    await expect(simulate({ PolicySourceArn: none })).rejects.toEqual(refused('NoSuchEntityException', /user\/none/));
    await expect(simulate({ PolicySourceArn: alice.arn.replace('alice', 'x/alice') })).rejects.toEqual(
      refused('NoSuchEntityException', /x\/alice/),
    );
    await expect(simulate({ PolicySourceArn: `arn:aws:iam::${berth.registry.account}:policy/x` })).rejects.toEqual(
      invalid(/Entity Arn/),
    );
    await expect(simulate({ ActionNames: ['ListImages'] })).rejects.toEqual(invalid(/^Invalid Action: ListImages$/));
    await expect(simulate({ ActionNames: ['ecr:*'] })).rejects.toEqual(invalid(/Invalid Action/));
    await expect(simulate({ ResourceArns: ['app'] })).rejects.toEqual(invalid(/Invalid Resource/));
    await expect(simulate({ CallerArn: `arn:aws:iam::${berth.registry.account}:role/x` })).rejects.toEqual(
      invalid(/CallerArn/),
    );
    await expect(simulate({ ResourceOwner: 'somebody' })).rejects.toEqual(invalid(/ResourceOwner/));
    await expect(simulate({ PolicyInputList: ['{}'] })).rejects.toEqual(invalid(/PolicyInputList\.1/));
    await expect(simulate({ PermissionsBoundaryPolicyInputList: [allows('*'), allows('*')] })).rejects.toEqual(
      invalid(/one policy/),
    );
  });
});

describe('SimulateCustomPolicy', () => {
  test('decides by the documents given alone, between accounts by what each side says', async () => {
    const resourcePolicy = policy({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${berth.registry.account}:user/alice` },
      Action: 'ecr:BatchGetImage',
      Resource: '*',
    });
    const asked = {
      PolicyInputList: [allows('ecr:ListImages')],
      ActionNames: ['ecr:BatchGetImage', 'ecr:ListImages'],
      ResourceArns: ['arn:aws:ecr:us-east-1:210987654321:repository/app'],
      CallerArn: `arn:aws:iam::${berth.registry.account}:user/alice`,
      ResourcePolicy: resourcePolicy,
      ResourceOwner: 'arn:aws:iam::210987654321:root',
    };

    const { EvaluationResults: crossing } = await iam.simulateCustomPolicy(asked);
    const { EvaluationResults: own } = await iam.simulateCustomPolicy({
      ...asked,
      ResourceOwner: berth.registry.account,
    });

    expect(crossing?.map((it) => [it.EvalDecision, it.EvalDecisionDetails])).toEqual([
      ['implicitDeny', { 'IAM Policy': 'implicitDeny', 'Resource Policy': 'allowed' }],
      ['implicitDeny', { 'IAM Policy': 'allowed', 'Resource Policy': 'implicitDeny' }],
    ]);
    expect(own?.map((it) => it.EvalDecision)).toEqual(['allowed', 'allowed']);
    expect(own?.[0]?.MatchedStatements?.[0]).toMatchObject({
      SourcePolicyId: 'ResourcePolicy',
      SourcePolicyType: 'resource',
    });
  });
});

describe('the keys of a context', () => {
  const one = policy({
    Effect: 'Allow',
    Action: 'ecr:*',
    Resource: `arn:aws:ecr:*:*:repository/\${aws:PrincipalTag/team}/*`,
    Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' }, Bool: { 'aws:SecureTransport': 'true' } },
  });

  test('are those that documents look at, variables included, each once', async () => {
    const { ContextKeyNames } = await iam.getContextKeysForCustomPolicy({ PolicyInputList: [one, one] });

    expect(ContextKeyNames?.toSorted()).toEqual([
      'aws:PrincipalTag/team',
      'aws:RequestedRegion',
      'aws:SecureTransport',
    ]);
    await expect(iam.getContextKeysForCustomPolicy({ PolicyInputList: ['x'] })).rejects.toEqual(
      refused('InvalidInputException', /PolicyInputList\.1/),
    );
  });

  test('of a principal are those of his policies too', async () => {
    const alice = await user(berth, { name: 'alice', policies: [JSON.parse(one)] });
    const more = policy({
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    });

    const { ContextKeyNames } = await iam.getContextKeysForPrincipalPolicy({
      PolicySourceArn: alice.arn,
      PolicyInputList: [more],
    });

    expect(ContextKeyNames).toHaveLength(4);
    expect(ContextKeyNames).toContain('aws:SourceIp');
  });
});
