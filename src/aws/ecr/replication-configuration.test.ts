import {
  DescribeImageReplicationStatusCommand,
  DescribeRegistryCommand,
  type ECRClient,
  PutReplicationConfigurationCommand,
  type ReplicationRule,
} from '@aws-sdk/client-ecr';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, pushImage, refused } from '../../../test/aws/client.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { allowing, user } from '../../../test/identity.ts';
import { aManifest, pushLayer } from '../../../test/manifests.ts';
import { ECR_LIMITS } from '../../values/limits.ts';

let berth: TestBerth;
let ecr: ECRClient;
beforeAll(async () => {
  berth = await startBerth({ settings: { region: ['us-east-1', 'eu-west-1'] } });
  ecr = ecrClient(berth);
});
afterAll(() => berth.stop());

const put = (rules: ReplicationRule[], by = ecr) =>
  by.send(new PutReplicationConfigurationCommand({ replicationConfiguration: { rules } }));
const shown = async () => (await ecr.send(new DescribeRegistryCommand({}))).replicationConfiguration;
const to = (...destinations: [region: string, registryId: string][]): ReplicationRule => ({
  destinations: destinations.map(([region, registryId]) => ({ region, registryId })),
});
const OWN = '123456789012';

describe('the replication configuration', () => {
  beforeEach(() => put([]));

  test('is replaced as a whole, shown as it was put, and taken away by no rules', async () => {
    const rules: ReplicationRule[] = [
      {
        ...to(['eu-west-1', OWN], ['us-east-1', '111122223333']),
        repositoryFilters: [{ filter: 'prod-', filterType: 'PREFIX_MATCH' }],
      },
      to(['eu-west-1', '111122223333']),
    ];
    expect((await put(rules)).replicationConfiguration).toEqual({ rules });
    expect(await shown()).toEqual({ rules });

    await put([to(['eu-west-1', OWN])]);
    expect(await shown()).toEqual({ rules: [to(['eu-west-1', OWN])] });
    await put([]);
    expect(await shown()).toEqual({ rules: [] });
  });

  test.each([
    ['itself', ['us-east-1', OWN], 'Replication destination cannot be the same as the source registry'],
    ['a region that is not here', ['mars-north-1', OWN], /There is no region 'mars-north-1' here/],
  ] as const)('does not lead to %s', async (_, [region, account], why) => {
    const said =
      typeof why === 'string'
        ? `Invalid parameter at 'replicationConfiguration' failed to satisfy constraint: '${why}'`
        : why;
    await expect(put([to(['eu-west-1', OWN]), to([region, account])])).rejects.toEqual(
      refused('InvalidParameterException', said),
    );
    expect(await shown()).toEqual({ rules: [] });
  });

  test('leads to 25 different registries, over all rules', async () => {
    const many = Array.from({ length: 25 }, (_, at) => ['eu-west-1', String(111122223300 + at)] as [string, string]);
    await put([to(...many.slice(0, 20)), to(...many.slice(10))]);

    await expect(put([to(...many.slice(0, 20)), to(...many.slice(10), ['us-east-1', '111122223300'])])).rejects.toEqual(
      refused('InvalidParameterException', /at most 25 different destinations/),
    );
    expect(ECR_LIMITS.replicationDestinationsPerRegistry).toBe(25);
  });
});

test('the first rules make the role of the service, for who may make it', async () => {
  const own = await startBerth({ settings: { region: ['us-east-1', 'eu-west-1'] } });
  try {
    const rules = [to(['eu-west-1', OWN])];
    const replicating = allowing('ecr:PutReplicationConfiguration');
    const without = ecrClient(own, { credentials: await user(own, { policies: [replicating] }) });
    await put([], without);
    await expect(put(rules, without)).rejects.toEqual(
      refused(
        'AccessDeniedException',
        /iam:CreateServiceLinkedRole on resource: arn:aws:iam::123456789012:role\/aws-service-role\/replication.ecr.amazonaws.com\/AWSServiceRoleForECRReplication/,
      ),
    );

    const making = allowing('iam:CreateServiceLinkedRole');
    await put(rules, ecrClient(own, { credentials: await user(own, { policies: [replicating, making] }) }));

    const { accessKeyId, secretAccessKey } = own;
    const iam = new IAMClient({
      endpoint: own.url,
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey },
    });
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'AWSServiceRoleForECRReplication' }));
    expect(Role?.Path).toBe('/aws-service-role/replication.ecr.amazonaws.com/');
    await put(rules, without);
  } finally {
    await own.stop();
  }
});

test('an image was replicated nowhere, and one that does not exist is not found', async () => {
  await berth.createRepository('app');
  const config = await pushLayer(berth.world, berth.registry, 'app', Buffer.from('{}'));
  const image = aManifest({ config });
  await pushImage(ecr, image, 'v1');
  const status = (imageTag: string, repositoryName = 'app') =>
    ecr.send(new DescribeImageReplicationStatusCommand({ repositoryName, imageId: { imageTag } }));

  expect(await status('v1')).toMatchObject({
    repositoryName: 'app',
    imageId: { imageDigest: image.digest, imageTag: 'v1' },
    replicationStatuses: [],
  });
  await expect(status('v2')).rejects.toMatchObject({ name: 'ImageNotFoundException' });
  await expect(status('v1', 'none')).rejects.toMatchObject({ name: 'RepositoryNotFoundException' });
});
