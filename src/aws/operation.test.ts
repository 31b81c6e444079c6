import { expect, test } from 'vitest';
import { operation } from './operation.ts';

const parts = {
  service: 'ecr',
  action: 'ecr:DescribeRegistry',
  resource: () => '*',
  handle: async () => ({}),
} as const;

test('an operation that the published model does not have cannot be made', () => {
  expect(() => operation({ ...parts, name: 'ListRepositories' })).toThrow(
    'The API model of ECR has no operation ListRepositories.',
  );
});

test('an operation that forgets what it needs permission for does not type-check', () => {
  const { action, resource, ...rest } = { ...parts, name: 'DescribeRegistry' };

  // @ts-expect-error: it has no resource
  operation({ ...rest, action });
  // @ts-expect-error: it has no action
  operation({ ...rest, resource });
  // @ts-expect-error: it names no resource
  operation({ ...rest, action, resource: () => [] });

  expect(operation({ ...rest, action, resource }).name).toBe('DescribeRegistry');
});
