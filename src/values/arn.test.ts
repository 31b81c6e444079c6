import { expect, test } from 'vitest';
import { parseRepositoryArn, partitionOf, repositoryArn } from './arn.ts';

test.each([
  ['us-east-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eusc-de-east-1', 'aws-eusc'],
])('%s belongs to the partition %s', (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
});

test('a repository ARN is read as it is written', () => {
  const registry = { account: '000000000001', region: 'cn-north-1' };
  const arn = repositoryArn(registry, 'team/app');
  expect(arn).toBe('arn:aws-cn:ecr:cn-north-1:000000000001:repository/team/app');
  expect(parseRepositoryArn(arn)).toEqual({ registry, repositoryName: 'team/app' });
});

test.each([
  'arn:aws:ecr:cn-north-1:000000000001:repository/app',
  'arn:aws:ecr:us-east-1:1:repository/app',
  'arn:aws:s3:::bucket',
  'arn:aws:ecr:us-east-1:000000000001:repository/',
  'app',
])('%s is no repository ARN', (arn) => {
  expect(parseRepositoryArn(arn)).toBeUndefined();
});
