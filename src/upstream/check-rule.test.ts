import { expect, test } from 'vitest';
import { checkUpstream } from './check-rule.ts';

const REGISTRY = { account: '123456789012', region: 'us-east-1' };
const asked = { name: undefined, credentialArn: undefined, customRoleArn: undefined };

test('an upstream that ECR does not know is taken, but not where all is to be as ECR has it', () => {
  const url = 'registry.example.com';
  expect(checkUpstream(REGISTRY, 'superset', { ...asked, url })).toBeUndefined();
  expect(() => checkUpstream(REGISTRY, 'aws-strict', { ...asked, url })).toThrow(/ECR knows no registry at/);
});

test('a registry of the same account needs no role', () => {
  const url = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
  expect(checkUpstream(REGISTRY, 'aws-strict', { ...asked, url })).toBe('ecr');
});
