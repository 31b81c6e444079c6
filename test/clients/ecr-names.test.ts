import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REGISTRY, ROOT_KEYS, startBerthIn } from './berth-in-room.ts';
import { findClient, NEW_PROGRAMS, newest, pathOf, SYSTEM_PATH, sayMissing, withNewest } from './client.ts';
import { type DockerEngine, startDockerEngine } from './docker-engine.ts';
import { writeFixtures, writeRunnableTar } from './images.ts';
import { openRoom, type Room } from './room.ts';
import type { Daemon } from './run.ts';

const DUAL_STACK = '123456789012.dkr-ecr.us-east-1.on.aws';
const API = ['api.ecr.us-east-1.amazonaws.com', 'ecr.us-east-1.api.aws'];

withNewest("ECR's own names on port 443", ['dockerd', 'docker', 'aws', 'runc', 'skopeo', 'ip', 'nsenter'], () => {
  const home = mkdtempSync(join(tmpdir(), 'br-'));
  let room: Room;
  let berth: Daemon;
  let engine: DockerEngine;
  const env = (): Record<string, string> => ({
    PATH: pathOf('new'),
    HOME: home,
    LANG: 'C.UTF-8',
    DOCKER_CONFIG: join(home, '.docker'),
    SSL_CERT_FILE: room.certFile,
    AWS_CA_BUNDLE: room.certFile,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    ...ROOT_KEYS,
  });

  beforeAll(async () => {
    room = await openRoom(home, [REGISTRY, DUAL_STACK, ...API]);
    berth = await startBerthIn(room, home);
    // The engine is not told of the certificate by its environment: that is what /etc/docker/certs.d is for.
    const engineEnv = { PATH: pathOf('new'), HOME: home };
    engine = await startDockerEngine(newest('dockerd'), { home, env: env(), engineEnv, inside: room.inside });
    writeRunnableTar(join(home, 'root.tar'));
    await engine.docker('import', '-c', 'CMD ["/bin/echo", "it runs"]', 'root.tar', 'hello-world:latest');
  });
  afterAll(async () => {
    await engine?.stop();
    await berth?.stop();
    await room?.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  });

  const trustBy = (host: string) => {
    mkdirSync(join(room.dockerCertificates, host), { recursive: true });
    copyFileSync(room.certFile, join(room.dockerCertificates, host, 'ca.crt'));
  };

  test('Docker refuses the certificate until it is told to trust it', async () => {
    const login = `aws ecr get-login-password --region us-east-1 | docker login --username AWS --password-stdin ${REGISTRY}`;
    await expect(engine.script(login)).rejects.toThrow('certificate signed by unknown authority');

    trustBy(REGISTRY);

    expect(await engine.script(login)).toContain('Login Succeeded');
  });

  test("the commands of ECR's own guide work word for word", async () => {
    trustBy(REGISTRY);
    const told = await engine.script(`
      aws ecr get-login-password --region us-east-1 | docker login --username AWS --password-stdin 123456789012.dkr.ecr.us-east-1.amazonaws.com
      aws ecr create-repository --repository-name hello-repository --region us-east-1
      docker tag hello-world:latest 123456789012.dkr.ecr.us-east-1.amazonaws.com/hello-repository
      docker push 123456789012.dkr.ecr.us-east-1.amazonaws.com/hello-repository
      docker rmi 123456789012.dkr.ecr.us-east-1.amazonaws.com/hello-repository:latest
      docker pull 123456789012.dkr.ecr.us-east-1.amazonaws.com/hello-repository:latest
      docker run --rm --network none 123456789012.dkr.ecr.us-east-1.amazonaws.com/hello-repository:latest`);

    expect(told).toContain('Login Succeeded');
    expect(told).toContain('"repositoryUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/hello-repository"');
    expect(told).toMatch(/it runs$/);
  });

  test('the address that GetAuthorizationToken names is the one of the registry', async () => {
    const told = await engine.script(`
      aws ecr get-authorization-token --region us-east-1 --query 'authorizationData[].proxyEndpoint' --output text`);

    expect(told).toBe(`https://${REGISTRY}`);
  });

  const helpers = [
    {
      title: "the distribution's credential helper",
      helper: findClient('docker-credential-ecr-login', 'old'),
      hosts: [REGISTRY],
    },
    {
      title: "today's credential helper",
      helper: findClient('docker-credential-ecr-login', 'new'),
      hosts: [REGISTRY, DUAL_STACK],
    },
  ].flatMap(({ helper, ...it }) => (helper === undefined ? [] : [{ ...it, helper }]));
  if (helpers.length === 0) sayMissing('the credential helper', ['docker-credential-ecr-login']);

  describe.each(helpers)('$title', ({ helper, hosts }) => {
    test.each(hosts)('logs docker, skopeo and others in to %s without a login', async (host) => {
      trustBy(host);
      writeFixtures(join(home, 'layout'));
      const repositoryName = `helped/${helper.age}-${hosts.indexOf(host)}`;
      const config = join(home, `helped-${helper.age}`);
      mkdirSync(config, { recursive: true });
      writeFileSync(join(config, 'config.json'), JSON.stringify({ credHelpers: { [host]: 'ecr-login' } }));
      const helped = await engine.script(`
        aws ecr create-repository --region us-east-1 --repository-name ${repositoryName}
        export PATH=${helper.age === 'old' ? `${SYSTEM_PATH}:${NEW_PROGRAMS}` : pathOf('new')}
        export AWS_ECR_DISABLE_CACHE=true DOCKER_CONFIG=${config} REGISTRY_AUTH_FILE=${config}/config.json
        docker tag hello-world:latest ${host}/${repositoryName}:docker
        docker push -q ${host}/${repositoryName}:docker
        skopeo copy -q --insecure-policy oci:${home}/layout:single docker://${host}/${repositoryName}:skopeo
        if command -v crane; then crane validate --remote ${host}/${repositoryName}:docker; fi
        if command -v oras; then oras cp ${host}/${repositoryName}:skopeo ${host}/${repositoryName}:oras; fi
        skopeo list-tags docker://${host}/${repositoryName}`);

      expect(helped).toContain('"skopeo"');
    });
  });
});
