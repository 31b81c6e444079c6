import {
  CreateRepositoryCommand,
  type ECRClient,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';

const ARN = 'arn:aws:ecr:us-east-1:123456789012:repository/app';

let berth: TestBerth;
let ecr: ECRClient;
beforeEach(async () => {
  berth = await startBerth();
  ecr = ecrClient(berth);
});
afterEach(() => berth.stop());

async function tagsNow() {
  return (await ecr.send(new ListTagsForResourceCommand({ resourceArn: ARN }))).tags;
}

test('tags are added and changed, and those not named stay', async () => {
  const tags = [{ Key: 'team', Value: 'red' }];
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app', tags: [...tags, { Key: 'cost', Value: '' }] }));

  await ecr.send(
    new TagResourceCommand({
      resourceArn: ARN,
      tags: [
        { Key: 'team', Value: 'blue' },
        { Key: 'Ü', Value: 'a b' },
      ],
    }),
  );

  expect(await tagsNow()).toEqual([
    { Key: 'cost', Value: '' },
    { Key: 'team', Value: 'blue' },
    { Key: 'Ü', Value: 'a b' },
  ]);
});

test('tags are taken away, and keys that are not there are passed over', async () => {
  await berth.createRepository('app', {
    tags: [
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ],
  });

  await ecr.send(new UntagResourceCommand({ resourceArn: ARN, tagKeys: ['b', 'none'] }));

  expect(await tagsNow()).toEqual([{ Key: 'a', Value: '1' }]);
});

test('a repository without tags has an empty list, not none', async () => {
  await berth.createRepository('app');

  expect(await tagsNow()).toEqual([]);
});

test('more than fifty on one repository are too many', async () => {
  const fifty = Array.from({ length: 50 }, (_, i) => ({ key: `k${i}`, value: '' }));
  await berth.createRepository('app', { tags: fifty });

  const tagging = ecr.send(new TagResourceCommand({ resourceArn: ARN, tags: [{ Key: 'one more', Value: '' }] }));

  await expect(tagging).rejects.toEqual(refused('TooManyTagsException', /50/));
  expect(await tagsNow()).toHaveLength(50);
});

test('a repository that is not there is not found, whatever the tags are', async () => {
  const missing = { resourceArn: ARN, tags: [{ Key: 'aws:reserved', Value: '' }] };

  await expect(ecr.send(new TagResourceCommand(missing))).rejects.toEqual(
    refused('RepositoryNotFoundException', /'app'/),
  );
});

test.each([
  'app',
  'arn:aws:ecr:us-east-1:123456789012:image/app',
  'arn:aws:ecr:eu-central-1:123456789012:repository/app',
  'arn:aws-cn:ecr:us-east-1:123456789012:repository/app',
  'arn:aws:s3:::app',
  'arn:aws:ecr:us-east-1:123456789012:repository/../app',
])('%s is no ARN of a repository here', async (resourceArn) => {
  await expect(ecr.send(new ListTagsForResourceCommand({ resourceArn }))).rejects.toEqual(
    refused(
      'InvalidParameterException',
      "Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'",
    ),
  );
});
