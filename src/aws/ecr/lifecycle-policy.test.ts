import {
  DeleteLifecyclePolicyCommand,
  DeleteRepositoryCommand,
  GetLifecyclePolicyCommand,
  PutLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';

let berth: TestBerth;
let ecr: ReturnType<typeof ecrClient>;
beforeAll(async () => {
  berth = await startBerth();
  ecr = ecrClient(berth);
});
afterAll(() => berth.stop());
let repositoryName: string;
let repositories = 0;
beforeEach(async () => {
  repositoryName = `app-${repositories++}`;
  await berth.createRepository(repositoryName);
});

const POLICY = `{ "rules": [ { "rulePriority": 1, "description": "x", "selection": { "tagStatus": "untagged",
  "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14 }, "action": { "type": "expire" } } ] }`;

const put = (lifecyclePolicyText: string, name = repositoryName) =>
  ecr.send(new PutLifecyclePolicyCommand({ repositoryName: name, lifecyclePolicyText }));
const get = () => ecr.send(new GetLifecyclePolicyCommand({ repositoryName }));
const notFound = () =>
  refused(
    'LifecyclePolicyNotFoundException',
    `Lifecycle policy does not exist for the repository with name '${repositoryName}' in the registry with id '123456789012'`,
  );

test('a policy comes back as it was given, and says when it was run', async () => {
  const registryId = berth.registry.account;
  const said = { registryId, repositoryName, lifecyclePolicyText: POLICY };
  const answer = await put(POLICY);
  expect(answer).toMatchObject(said);
  expect(answer).not.toHaveProperty('lastEvaluatedAt');

  expect(await get()).toMatchObject({ ...said, lastEvaluatedAt: new Date(0) });
  await berth.settle();
  expect(await get()).toMatchObject({ ...said, lastEvaluatedAt: berth.world.clock.now() });
});

test('a policy is replaced, and then never run', async () => {
  await put(POLICY);
  await berth.settle();
  const other = POLICY.replace('14', '30');
  await put(other);

  expect(await get()).toMatchObject({ lifecyclePolicyText: other, lastEvaluatedAt: new Date(0) });
});

test('a deleted policy is answered once more, and not there', async () => {
  await expect(get()).rejects.toEqual(notFound());
  await put(POLICY);
  const deleted = await ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName }));

  expect(deleted).toMatchObject({ lifecyclePolicyText: POLICY, lastEvaluatedAt: new Date(0) });
  await expect(get()).rejects.toEqual(notFound());
  await expect(ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName }))).rejects.toEqual(notFound());
});

test('a namesake of a deleted repository has no policy', async () => {
  await put(POLICY);
  await ecr.send(new DeleteRepositoryCommand({ repositoryName }));
  await berth.createRepository(repositoryName);

  await expect(get()).rejects.toEqual(notFound());
});

test('a text that is no policy is refused in the words of ECR, one that is too short in others', async () => {
  await expect(put(`{"rules": []}${' '.repeat(100)}`)).rejects.toEqual(
    refused(
      'InvalidParameterException',
      "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: array is too short: must have at least 1 elements but instance has 0 elements'",
    ),
  );
  await expect(put('{"rules": []}')).rejects.toEqual(
    refused(
      'InvalidParameterException',
      "Invalid parameter at 'lifecyclePolicyText' failed to satisfy constraint: 'Member must have length greater than or equal to 100'",
    ),
  );
  await expect(put(' '.repeat(100), 'nowhere')).rejects.toEqual(
    refused(
      'RepositoryNotFoundException',
      "The repository with name 'nowhere' does not exist in the registry with id '123456789012'",
    ),
  );
});

test('nothing that is not ASCII is lost', async () => {
  const text = POLICY.replace('"x"', '"älter als 14 Tage \\u0000 🗑️"');
  await put(text);
  expect((await get()).lifecyclePolicyText).toBe(text);
});
