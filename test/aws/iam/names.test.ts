import { DescribeRegistryCommand } from '@aws-sdk/client-ecr';
import type { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../berth.ts';
import { role, session, user } from '../../identity.ts';
import { type Caller, ecrClient, refused } from '../client.ts';
import { iamClient } from './client.ts';

let berth: TestBerth;
let iam: IAM;
beforeAll(async () => {
  berth = await startBerth();
  iam = iamClient(berth);
});
afterAll(() => berth.stop());

const describeRegistry = (credentials: Caller) =>
  ecrClient(berth, { credentials }).send(new DescribeRegistryCommand({}));

test.each([
  'root',
  'AWS',
  '123456789012',
  'AWSServiceRoleForECRReplication',
  'replication.ecr.amazonaws.com',
  'berth',
  'admin',
])('a user, a role and a session of the name %s are nobody else by it', async (name) => {
  const someone = await user(berth, { name });
  const builder = await role(berth, { name });
  const federated = session(berth, builder, { name });

  for (const [credentials, arn] of [
    [someone, someone.arn],
    [federated, `arn:aws:sts::${builder.account}:assumed-role/${name}/${name}`],
  ] as const) {
    const text = `User: ${arn} is not authorized to perform: ecr:DescribeRegistry on resource: * because no identity-based policy allows the ecr:DescribeRegistry action`;
    await expect(describeRegistry(credentials)).rejects.toEqual(refused('AccessDeniedException', text));
  }
});

test('what means something to a database is a letter like any in a path, a marker and a name', async () => {
  const paths = ['/a_c/', '/abc/', "/a'c/", '/%/', '/a"c/', '/a\\c/'];
  for (const [at, Path] of paths.entries()) await iam.createUser({ UserName: `path-${at}`, Path });
  const under = async (PathPrefix: string) => (await iam.listUsers({ PathPrefix })).Users?.map((it) => it.Path);

  for (const path of paths) expect(await under(path)).toEqual([path]);
  expect(await under('/%')).toEqual(['/%/']);
  expect(await under('/a_')).toEqual(['/a_c/']);
  expect(await under("/'or'1'='1/")).toEqual([]);
  expect(await under('/A')).toEqual([]);
  await expect(iam.getUser({ UserName: 'path-_' })).rejects.toEqual(refused('NoSuchEntityException', /path-_/));
  await expect(iam.listUsers({ Marker: "' or 1=1 --" })).rejects.toMatchObject({ name: 'ValidationError' });
});
