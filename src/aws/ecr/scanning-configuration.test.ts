import {
  BatchGetRepositoryScanningConfigurationCommand,
  DescribeImageScanFindingsCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  GetRegistryScanningConfigurationCommand,
  PutImageScanningConfigurationCommand,
  PutRegistryScanningConfigurationCommand,
  StartImageScanCommand,
} from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, pushImage, refused } from '../../../test/aws/client.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { aManifest, anIndex, pushLayer } from '../../../test/manifests.ts';
import { sharedBerth } from '../../../test/shared-berth.ts';

const shared = sharedBerth();
let berth: TestBerth;
let ecr: ECRClient;
beforeEach(async () => {
  berth = await shared.account();
  ecr = ecrClient(berth);
  await berth.createRepository('app');
});

const notFound = () =>
  `The repository with name 'none' does not exist in the registry with id '${berth.registry.account}'`;
const filters = (...them: string[]) => them.map((filter) => ({ filter, filterType: 'WILDCARD' }) as const);

async function scanningOf(...repositoryNames: string[]) {
  const { scanningConfigurations, failures } = await ecr.send(
    new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames }),
  );
  return { scanningConfigurations, failures };
}

describe('the scanning configuration of a registry', () => {
  test('is BASIC without rules until one is put, which replaces all of it', async () => {
    const before = await ecr.send(new GetRegistryScanningConfigurationCommand({}));
    expect(before).toMatchObject({
      registryId: berth.registry.account,
      scanningConfiguration: { scanType: 'BASIC', rules: [] },
    });

    const put = {
      scanType: 'ENHANCED',
      rules: [
        { scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: filters('a', 'b*') },
        { scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters: filters('*') },
      ],
    } as const;
    const { registryScanningConfiguration } = await ecr.send(
      new PutRegistryScanningConfigurationCommand({ ...put, rules: [...put.rules] }),
    );
    expect(registryScanningConfiguration).toEqual(put);
    expect((await ecr.send(new GetRegistryScanningConfigurationCommand({}))).scanningConfiguration).toEqual(put);

    await ecr.send(new PutRegistryScanningConfigurationCommand({}));
    expect((await ecr.send(new GetRegistryScanningConfigurationCommand({}))).scanningConfiguration).toEqual({
      scanType: 'BASIC',
      rules: [],
    });
  });

  test('has one rule for each frequency that its type knows', async () => {
    const rule = (scanFrequency: 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN' | 'MANUAL') => ({
      scanFrequency,
      repositoryFilters: filters('*'),
    });
    for (const [scanType, rules] of [
      ['BASIC', [rule('CONTINUOUS_SCAN')]],
      ['ENHANCED', [rule('MANUAL')]],
      ['ENHANCED', [rule('SCAN_ON_PUSH'), rule('SCAN_ON_PUSH')]],
    ] as const) {
      await expect(
        ecr.send(new PutRegistryScanningConfigurationCommand({ scanType, rules: [...rules] })),
      ).rejects.toEqual(refused('InvalidParameterException', /^Invalid parameter at 'rules'/));
    }
  });
});

describe('how repositories are scanned', () => {
  test('follows their own setting until the registry has rules', async () => {
    const put = await ecr.send(
      new PutImageScanningConfigurationCommand({
        repositoryName: 'app',
        imageScanningConfiguration: { scanOnPush: true },
      }),
    );
    expect(put).toMatchObject({
      registryId: berth.registry.account,
      repositoryName: 'app',
      imageScanningConfiguration: { scanOnPush: true },
    });
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}));
    expect(repositories?.[0]?.imageScanningConfiguration).toEqual({ scanOnPush: true });
    expect((await scanningOf('app')).scanningConfigurations).toMatchObject([{ scanFrequency: 'SCAN_ON_PUSH' }]);

    await ecr.send(
      new PutRegistryScanningConfigurationCommand({
        rules: [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: filters('other') }],
      }),
    );
    expect((await scanningOf('app')).scanningConfigurations).toMatchObject([{ scanFrequency: 'MANUAL' }]);
  });

  test('is told in the order asked, with the filters that matched; those that are missing fail', async () => {
    await berth.createRepository('team/app');
    await ecr.send(
      new PutRegistryScanningConfigurationCommand({
        rules: [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: filters('team/*', 'none') }],
      }),
    );

    expect(await scanningOf('team/app', 'none', 'app')).toEqual({
      scanningConfigurations: [
        {
          repositoryArn: `arn:aws:ecr:us-east-1:${berth.registry.account}:repository/team/app`,
          repositoryName: 'team/app',
          scanOnPush: true,
          scanFrequency: 'SCAN_ON_PUSH',
          appliedScanFilters: filters('team/*'),
        },
        {
          repositoryArn: `arn:aws:ecr:us-east-1:${berth.registry.account}:repository/app`,
          repositoryName: 'app',
          scanOnPush: false,
          scanFrequency: 'MANUAL',
          appliedScanFilters: [],
        },
      ],
      failures: [{ repositoryName: 'none', failureCode: 'REPOSITORY_NOT_FOUND', failureReason: notFound() }],
    });
  });
});

test('the setting of a repository that does not exist is refused', async () => {
  await expect(
    ecr.send(new PutImageScanningConfigurationCommand({ repositoryName: 'none', imageScanningConfiguration: {} })),
  ).rejects.toEqual(refused('RepositoryNotFoundException', notFound()));
});

describe('the scan of an image', () => {
  const scan = (imageId: object, repositoryName = 'app') =>
    ecr.send(new StartImageScanCommand({ repositoryName, imageId }));
  const findings = (imageId: object, repositoryName = 'app') =>
    ecr.send(new DescribeImageScanFindingsCommand({ repositoryName, imageId }));

  test('is refused, since nothing scans, and what was never scanned is not found', async () => {
    const config = await pushLayer(berth.world, berth.registry, 'app', Buffer.from('{}'));
    const image = aManifest({ config });
    await pushImage(ecr, image, 'v1');

    await expect(scan({ imageTag: 'v1' })).rejects.toEqual(
      refused('ValidationException', 'This feature is disabled: this registry has no scanner'),
    );
    await expect(findings({ imageTag: 'v1' })).rejects.toEqual(
      refused(
        'ScanNotFoundException',
        `Image scan does not exist for the image with '{imageDigest:'${image.digest}', imageTag:'v1'}' in the repository with name 'app' in the registry with id '${berth.registry.account}'`,
      ),
    );
    await ecr.send(new PutRegistryScanningConfigurationCommand({ scanType: 'ENHANCED' }));
    await expect(scan({ imageTag: 'v1' })).rejects.toEqual(refused('ValidationException', /^This feature is disabled/));
  });

  test('needs an image that can be scanned', async () => {
    const config = await pushLayer(berth.world, berth.registry, 'app', Buffer.from('{}'));
    const image = aManifest({ config });
    await pushImage(ecr, image);
    await pushImage(ecr, anIndex([image]), 'all');
    await pushImage(ecr, aManifest({ config, artifactType: 'application/spdx+json' }), 'sbom');
    const { digest, bytes, mediaType } = image;
    await pushImage(ecr, aManifest({ config, subject: { digest, mediaType, size: bytes.length } }), 'signature');

    for (const imageTag of ['all', 'sbom', 'signature']) {
      await expect(scan({ imageTag })).rejects.toEqual(refused('UnsupportedImageTypeException', /cannot be scanned/));
    }
  });

  test.each([scan, findings])('needs an image that exists', async (ask) => {
    await expect(ask({ imageTag: 'v1' }, 'none')).rejects.toEqual(refused('RepositoryNotFoundException', notFound()));
    await expect(ask({ imageTag: 'none' })).rejects.toEqual(
      refused('ImageNotFoundException', /^The image with imageId \{imageDigest:'null', imageTag:'none'\}/),
    );
    await expect(ask({})).rejects.toEqual(refused('InvalidParameterException', /^Invalid parameter at 'imageId'/));
  });
});
