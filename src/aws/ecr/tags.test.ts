import {
  CreateRepositoryCommand,
  type ECRClient,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecr';
import { beforeEach, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { sharedBerth } from '../../../test/shared-berth.ts';

const arn = () => `arn:aws:ecr:us-east-1:${berth.registry.account}:repository/app`;

const shared = sharedBerth();
let berth: TestBerth;
let ecr: ECRClient;
beforeEach(async () => {
  berth = await shared.account();
  ecr = ecrClient(berth);
});

async function tagsNow() {
  return (await ecr.send(new ListTagsForResourceCommand({ resourceArn: arn() }))).tags;
}

test('tags are added and changed, and those not named stay', async () => {
  const tags = [{ Key: 'team', Value: 'red' }];
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app', tags: [...tags, { Key: 'cost', Value: '' }] }));

  await ecr.send(
    new TagResourceCommand({
      resourceArn: arn(),
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

  await ecr.send(new UntagResourceCommand({ resourceArn: arn(), tagKeys: ['b', 'none'] }));

  expect(await tagsNow()).toEqual([{ Key: 'a', Value: '1' }]);
});

test('a repository without tags has an empty list, not none', async () => {
  await berth.createRepository('app');

  expect(await tagsNow()).toEqual([]);
});

test('more than fifty on one repository are too many', async () => {
  const fifty = Array.from({ length: 50 }, (_, i) => ({ key: `k${i}`, value: '' }));
  await berth.createRepository('app', { tags: fifty });

  const tagging = ecr.send(new TagResourceCommand({ resourceArn: arn(), tags: [{ Key: 'one more', Value: '' }] }));

  await expect(tagging).rejects.toEqual(refused('TooManyTagsException', /50/));
  expect(await tagsNow()).toHaveLength(50);
});

test('a repository that is not there is not found, whatever the tags are', async () => {
  const missing = { resourceArn: arn(), tags: [{ Key: 'aws:reserved', Value: '' }] };

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
  await expect(ecrClient(shared.first()).send(new ListTagsForResourceCommand({ resourceArn }))).rejects.toEqual(
    refused(
      'InvalidParameterException',
      "Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'",
    ),
  );
});
