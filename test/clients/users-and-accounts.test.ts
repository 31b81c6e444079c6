// Who is no root: a user with nothing but one of AWS's policies, and users of another account.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { berthBeside, REGISTRY, ROOT_KEYS, startBerthIn } from './berth-in-room.ts';
import { newest, pathOf, withNewest } from './client.ts';
import { podmanOptions } from './container-stores.ts';
import { type DockerEngine, startDockerEngine } from './docker-engine.ts';
import { writeRunnableTar } from './images.ts';
import { openRoom, type Room } from './room.ts';
import type { Daemon } from './run.ts';

const API = ['api.ecr.us-east-1.amazonaws.com', 'iam.amazonaws.com'];
const PROGRAMS = ['dockerd', 'docker', 'aws', 'runc', 'skopeo', 'podman', 'conmon', 'ip', 'nsenter'];
const REPOSITORY = `arn:aws:ecr:us-east-1:123456789012:repository/hello-repository`;

interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

withNewest('users and accounts under ECR’s own names', PROGRAMS, () => {
  const home = mkdtempSync(join(tmpdir(), 'bu-'));
  let room: Room;
  let berth: Daemon;
  let engine: DockerEngine;
  const env = (): Record<string, string> => ({
    PATH: pathOf('new'),
    HOME: home,
    LANG: 'C.UTF-8',
    SSL_CERT_FILE: room.certFile,
    AWS_CA_BUNDLE: room.certFile,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
  });

  beforeAll(async () => {
    room = await openRoom(home, [REGISTRY, ...API]);
    berth = await startBerthIn(room, home);
    const trusted = join(room.dockerCertificates, REGISTRY);
    mkdirSync(trusted, { recursive: true });
    cpSync(room.certFile, join(trusted, 'ca.crt'));
    const engineEnv = { PATH: pathOf('new'), HOME: home };
    engine = await startDockerEngine(newest('dockerd'), { home, env: env(), engineEnv, inside: room.inside });
    writeRunnableTar(join(home, 'root.tar'));
    await engine.docker('import', '-c', 'CMD ["/bin/echo", "it runs"]', 'root.tar', 'hello-world:latest');
    await asRoot('aws ecr create-repository --repository-name hello-repository');
  });
  afterAll(async () => {
    await engine?.stop();
    await berth?.stop();
    await room?.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  });

  /** Runs a script as whoever has the key, with logins of his own. */
  function as(key: Key, text: string): Promise<string> {
    const logins = join(home, `logins-${key.accessKeyId}`);
    mkdirSync(logins, { recursive: true });
    return engine.script(`
      cd ${home}
      export AWS_ACCESS_KEY_ID='${key.accessKeyId}' AWS_SECRET_ACCESS_KEY='${key.secretAccessKey}'
      export DOCKER_CONFIG=${logins} REGISTRY_AUTH_FILE=${logins}/config.json
      ${text}`);
  }

  const root = { accessKeyId: ROOT_KEYS.AWS_ACCESS_KEY_ID, secretAccessKey: ROOT_KEYS.AWS_SECRET_ACCESS_KEY };
  const asRoot = (text: string) => as(root, text);
  const managed = (name: string) => `arn:aws:iam::aws:policy/${name}`;

  /** A user made by the owner of an account, with these of AWS's policies. */
  async function makeUser(owner: Key, name: string, ...policies: string[]): Promise<Key> {
    const attach = policies.map((it) => `aws iam attach-user-policy --user-name ${name} --policy-arn ${managed(it)}`);
    await as(owner, [`aws iam create-user --user-name ${name}`, ...attach].join('\n'));
    const { AccessKey: made } = JSON.parse(
      await as(owner, `aws iam create-access-key --user-name ${name} --output json`),
    );
    return { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey };
  }

  const LOGIN = `aws ecr get-login-password --region us-east-1 | docker login --username AWS --password-stdin ${REGISTRY}`;
  const IMAGE = `${REGISTRY}/hello-repository:latest`;

  describe('a user who has AmazonEC2ContainerRegistryPowerUser and nothing else', () => {
    let pusher: Key;
    beforeAll(async () => {
      pusher = await makeUser(root, 'pusher', 'AmazonEC2ContainerRegistryPowerUser');
    });

    test("follows ECR's own guide word for word", async () => {
      const told = await as(
        pusher,
        `
        aws ecr get-login-password --region us-east-1 | docker login --username AWS --password-stdin 123456789012.dkr.ecr.us-east-1.amazonaws.com
        docker tag hello-world:latest 123456789012.dkr.ecr.us-east-1.amazonaws.com/hello-repository
        docker push 123456789012.dkr.ecr.us-east-1.amazonaws.com/hello-repository
        docker rmi 123456789012.dkr.ecr.us-east-1.amazonaws.com/hello-repository:latest
        docker pull 123456789012.dkr.ecr.us-east-1.amazonaws.com/hello-repository:latest
        docker run --rm --network none 123456789012.dkr.ecr.us-east-1.amazonaws.com/hello-repository:latest`,
      );

      expect(told).toContain('Login Succeeded');
      expect(told).toMatch(/it runs$/);
    });

    test('may make no repository, and is told why', async () => {
      await expect(as(pusher, 'aws ecr create-repository --repository-name another')).rejects.toThrow(
        'User: arn:aws:iam::123456789012:user/pusher is not authorized to perform: ecr:CreateRepository on resource: arn:aws:ecr:us-east-1:123456789012:repository/another because no identity-based policy allows the ecr:CreateRepository action',
      );
    });

    test('is told at the prompt of docker why he may not push any more, with the login that he has', async () => {
      await as(pusher, LOGIN);
      const policies = `--user-name pusher --policy-arn ${managed('AmazonEC2ContainerRegistry')}`;
      await asRoot(`
        aws iam detach-user-policy ${policies}PowerUser
        aws iam attach-user-policy ${policies}ReadOnly`);

      await as(pusher, `docker pull -q ${IMAGE}`);
      writeRunnableTar(join(home, 'other.tar'));
      const push = as(pusher, `docker import other.tar ${IMAGE} && docker push ${IMAGE}`);

      await expect(push).rejects.toThrow(
        `User: arn:aws:iam::123456789012:user/pusher is not authorized to perform: ecr:InitiateLayerUpload on resource: ${REPOSITORY} because no identity-based policy allows the ecr:InitiateLayerUpload action`,
      );
    });
  });

  describe('a user of another account', () => {
    let other: Key & { readonly accountId: string };
    let reader: Key;
    beforeAll(async () => {
      other = JSON.parse(await berthBeside(room, home, 'account', 'create', 'Team B', '--output', 'json'));
      reader = await makeUser(other, 'reader', 'AmazonEC2ContainerRegistryReadOnly');
      await asRoot(`${LOGIN} && docker tag hello-world:latest ${IMAGE} && docker push -q ${IMAGE}`);
      await as(reader, LOGIN);
    });

    const skopeo = `skopeo copy -q --insecure-policy docker://${IMAGE} dir:${home}/copied`;
    const podman = `podman ${podmanOptions(home).join(' ')} pull -q ${IMAGE}`;
    const pulls = [
      ['docker', `docker rmi -f ${IMAGE} && docker pull -q ${IMAGE}`],
      ['podman', podman],
      ['skopeo', skopeo],
    ] as const;

    test.each(pulls)('cannot pull with %s, and learns nothing of what is there', async (name, pull) => {
      const missing = pull.replaceAll('hello-repository', 'no-such-repository');
      const why = (repository: string) =>
        `User: arn:aws:iam::${other.accountId}:user/reader is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:123456789012:repository/${repository} because no resource-based policy allows the ecr:BatchGetImage action`;
      // A HEAD request is answered without words.
      const said = (repository: string) => (name === 'skopeo' ? why(repository) : /403|denied|not authorized/i);

      await expect(as(reader, pull)).rejects.toThrow(said('hello-repository'));
      await expect(as(reader, missing)).rejects.toThrow(said('no-such-repository'));
    });

    test('pulls with docker, podman and skopeo once the repository policy lets the account, and pushes nothing', async () => {
      const statement = {
        Effect: 'Allow',
        Principal: { AWS: other.accountId },
        Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      };
      writeFileSync(join(home, 'policy.json'), JSON.stringify({ Version: '2012-10-17', Statement: [statement] }));
      await asRoot('aws ecr set-repository-policy --repository-name hello-repository --policy-text file://policy.json');

      for (const [, pull] of pulls) await as(reader, pull);

      await expect(as(reader, `docker push ${IMAGE}`)).rejects.toThrow(
        `is not authorized to perform: ecr:PutImage on resource: ${REPOSITORY} because no resource-based policy allows`,
      );
    });

    test('pulls no more once the policy is deleted, with the login that he has', async () => {
      await asRoot('aws ecr delete-repository-policy --repository-name hello-repository');

      await expect(as(reader, skopeo)).rejects.toThrow('no resource-based policy allows the ecr:BatchGetImage action');
    });
  });
});
