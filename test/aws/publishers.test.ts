// What CDK's asset publishing and the login action of GitHub call, in their order, and what they make of the answers.
import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  GetAuthorizationTokenCommand,
  GetLifecyclePolicyCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../berth.ts';
import { clientOf } from '../conformance/http-client.ts';
import { account, allowing, user } from '../identity.ts';
import { sha256 } from '../manifests.ts';
import { ecrClient } from './client.ts';

let berth: TestBerth;
let ecr: ECRClient;
beforeAll(async () => {
  berth = await startBerth();
  ecr = ecrClient(berth);
});
afterAll(() => berth.stop());

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error: Error) => error.name,
  );

/** As both of them do it: user and password of the first token, at its endpoint. */
async function login(by: ECRClient, registryIds?: string[]) {
  const { authorizationData = [] } = await by.send(
    new GetAuthorizationTokenCommand(registryIds ? { registryIds } : {}),
  );
  return authorizationData.map(({ authorizationToken = '', proxyEndpoint = '' }) => {
    const [username, password = ''] = Buffer.from(authorizationToken, 'base64').toString().split(':', 2);
    const docker = clientOf(proxyEndpoint, `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`);
    return { username, password, proxyEndpoint, docker };
  });
}

describe('CDK', () => {
  const repositoryName = 'cdk-hnb659fds-container-assets-123456789012-us-east-1';
  const imageTag = 'b7f1f1a0c8c1a2d3';
  const imageIsThere = () => ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] }));

  test('finds that nothing is bootstrapped, bootstraps, publishes what is missing, and publishes it once', async () => {
    // cdk-assets: another code than these two ends it.
    expect(await codeOf(imageIsThere())).toBe('RepositoryNotFoundException');
    expect(await codeOf(ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] })))).toBe(
      'RepositoryNotFoundException',
    );

    await bootstrap();
    expect(await codeOf(imageIsThere())).toBe('ImageNotFoundException');

    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }));
    const [{ docker, username, proxyEndpoint } = expect.fail('no token')] = await login(ecr);
    expect(username).toBe('AWS');
    expect(`${repositories?.[0]?.repositoryUri}`).toBe(
      `${proxyEndpoint.replace(/^https?:\/\//, '')}/${repositoryName}`,
    );

    for (const _ of ['first', 'again']) {
      expect(await publish(docker)).toBe(201);
      const { imageDetails } = await imageIsThere();
      expect(imageDetails).toMatchObject([{ imageTags: [imageTag], repositoryName }]);
    }
  });

  /** What CloudFormation does with the template of `cdk bootstrap`. */
  async function bootstrap(): Promise<void> {
    await ecr.send(
      new CreateRepositoryCommand({
        repositoryName,
        imageTagMutability: 'IMMUTABLE',
        imageScanningConfiguration: { scanOnPush: true },
      }),
    );
    const lifecyclePolicyText = JSON.stringify({
      rules: [
        {
          rulePriority: 1,
          description: 'Untagged images should not exist, but expire any older than one year',
          selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 365 },
          action: { type: 'expire' },
        },
      ],
    });
    await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
    expect((await ecr.send(new GetLifecyclePolicyCommand({ repositoryName }))).lifecyclePolicyText).toBe(
      lifecyclePolicyText,
    );
    const policyText = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'LambdaECRImageRetrievalPolicy',
          Effect: 'Allow',
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
          Condition: { StringLike: { 'aws:sourceArn': 'arn:aws:lambda:us-east-1:123456789012:function:*' } },
        },
      ],
    });
    await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
  }

  /** As docker pushes an image of one layer; the status of its manifest. */
  async function publish(docker: ReturnType<typeof clientOf>): Promise<number | undefined> {
    const [config, layer] = [Buffer.from('{}'), Buffer.from('layer')];
    for (const bytes of [config, layer]) {
      const head = await docker.send('HEAD', `/v2/${repositoryName}/blobs/${sha256(bytes)}`);
      if (head.status === 200) continue;
      const begun = await docker.send('POST', `/v2/${repositoryName}/blobs/uploads/`);
      await docker.send('PUT', `${begun.headers.location}?digest=${sha256(bytes)}`, { body: bytes });
    }
    const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
    const describe = (bytes: Buffer, type: string) => ({ mediaType: type, digest: sha256(bytes), size: bytes.length });
    const manifest = {
      schemaVersion: 2,
      mediaType,
      config: describe(config, 'application/vnd.docker.container.image.v1+json'),
      layers: [describe(layer, 'application/vnd.docker.image.rootfs.diff.tar.gzip')],
    };
    const answer = await docker.send('PUT', `/v2/${repositoryName}/manifests/${imageTag}`, {
      body: Buffer.from(JSON.stringify(manifest)),
      headers: { 'Content-Type': mediaType },
    });
    return answer.status;
  }
});

describe('amazon-ecr-login', () => {
  test('logs in to each registry that it is given, in order', async () => {
    const { account: other } = await account(berth);

    const logins = await login(ecr, ['123456789012', other]);

    expect(logins).toHaveLength(2);
    for (const { username, password, docker, proxyEndpoint } of logins) {
      expect(username).toBe('AWS');
      expect(password).not.toBe('');
      expect(proxyEndpoint).toMatch(/^https?:\/\/[^/]+$/);
      expect((await docker.send('GET', '/v2/')).status).toBe(200);
    }
  });

  test('is told by codes that it can show why there is no token', async () => {
    const nobody = ecrClient(berth, { credentials: { accessKeyId: 'AKIANOBODY0000000000', secretAccessKey: 'x' } });
    expect(await codeOf(login(nobody))).toBe('UnrecognizedClientException');
    const idle = ecrClient(berth, { credentials: await user(berth, { policies: [allowing('ecr:PutImage')] }) });
    expect(await codeOf(login(idle))).toBe('AccessDeniedException');
    expect(await codeOf(login(ecr, ['12']))).toBe('InvalidParameterException');
  });
});
