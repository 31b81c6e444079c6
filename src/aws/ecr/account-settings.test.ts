import {
  DescribeRegistryCommand,
  type ECRClient,
  GetAccountSettingCommand,
  PutAccountSettingCommand,
} from '@aws-sdk/client-ecr';
import { beforeEach, expect, test } from 'vitest';
import { ecrClient, refused } from '../../../test/aws/client.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { sharedBerth } from '../../../test/shared-berth.ts';

const shared = sharedBerth();
let berth: TestBerth;
let ecr: ECRClient;
beforeEach(async () => {
  berth = await shared.account();
  ecr = ecrClient(berth);
});

test('the registry is that of the caller and replicates nowhere', async () => {
  const { registryId, replicationConfiguration } = await ecr.send(new DescribeRegistryCommand({}));

  expect({ registryId, replicationConfiguration }).toEqual({
    registryId: berth.registry.account,
    replicationConfiguration: { rules: [] },
  });
});

test.each([
  ['BASIC_SCAN_TYPE_VERSION', 'AWS_NATIVE', 'CLAIR'],
  ['REGISTRY_POLICY_SCOPE', 'V2', 'V1'],
  ['BLOB_MOUNTING', 'ENABLED', 'DISABLED'],
])('%s is %s until it is set to %s', async (name, before, value) => {
  expect(await ecr.send(new GetAccountSettingCommand({ name }))).toMatchObject({ name, value: before });

  expect(await ecr.send(new PutAccountSettingCommand({ name, value }))).toMatchObject({ name, value });

  expect(await ecr.send(new GetAccountSettingCommand({ name }))).toMatchObject({ name, value });
});

test('a setting or a value that does not exist is refused', async () => {
  await expect(ecr.send(new GetAccountSettingCommand({ name: 'NONE' }))).rejects.toEqual(
    refused('InvalidParameterException', /^Invalid parameter at 'name'/),
  );
  await expect(ecr.send(new PutAccountSettingCommand({ name: 'BLOB_MOUNTING', value: 'MAYBE' }))).rejects.toEqual(
    refused('InvalidParameterException', /^Invalid parameter at 'value'.*\[DISABLED, ENABLED\]/),
  );
});
