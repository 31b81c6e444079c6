// Real clients that get their logins from Berth's own programs, or by what CI's login steps call; nobody logs in by hand.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newest, withNewest } from './client.ts';
import { ctrAccess, startContainerd } from './containerd.ts';
import { type DockerEngine, startDockerEngine } from './docker-engine.ts';
import { writeRunnableTar } from './images.ts';
import { awsEnv, onStage, useStage } from './stage.ts';

const BIN = new URL('../../bin/', import.meta.url).pathname;

const stage = useStage();

/** Where Berth is and who asks. */
function where(): Record<string, string> {
  const { registry, home } = stage;
  return {
    ...awsEnv(registry, home),
    AWS_ENDPOINT_URL: registry.url,
    ...(registry.ca !== undefined && { AWS_CA_BUNDLE: join(home, 'ca.crt') }),
  };
}

withNewest("docker with Berth's credential helper", ['dockerd', 'docker', 'runc'], () => {
  let engine: DockerEngine;
  const config = () => join(stage.home, 'helped');
  beforeAll(async () => {
    mkdirSync(join(stage.home, 'bin'));
    symlinkSync(join(BIN, 'docker-credential-berth'), join(stage.home, 'bin', 'docker-credential-berth'));
    mkdirSync(config());
    writeFileSync(join(config(), 'config.json'), JSON.stringify({ credHelpers: { [stage.registry.host]: 'berth' } }));
    const base = stage.env('new');
    const env = { ...base, ...where(), DOCKER_CONFIG: config(), PATH: `${join(stage.home, 'bin')}:${base['PATH']}` };
    engine = await startDockerEngine(newest('dockerd'), { home: stage.home, env });
    writeRunnableTar(join(stage.home, 'root.tar'));
    await engine.docker('import', 'root.tar', 'base');
  });
  afterAll(() => engine?.stop());

  test('pushes and pulls without a login that anybody made', async () => {
    const repository = await stage.repository('helped/docker');
    await engine.docker('tag', 'base', `${repository}:1`);

    await engine.docker('push', `${repository}:1`);
    await engine.docker('rmi', `${repository}:1`);
    await engine.docker('pull', '-q', `${repository}:1`);
  });

  test('logs in by what amazon-ecr-login calls, and pushes', async () => {
    const repository = await stage.repository('helped/action');
    await engine.docker('tag', 'base', `${repository}:1`);
    const { authorizationData = [] } = await stage.ecr.send(new GetAuthorizationTokenCommand({}));
    const [{ authorizationToken = '', proxyEndpoint = '' } = {}] = authorizationData;
    const [user, password] = Buffer.from(authorizationToken, 'base64').toString('utf8').split(':', 2);
    const mine = ['--config', join(stage.home, 'action')];

    const login = await engine.docker(...mine, 'login', '-u', user ?? '', '-p', password ?? '', proxyEndpoint);
    expect(login).toContain('Login Succeeded');
    await engine.docker(...mine, 'push', `${repository}:1`);
    await engine.docker(...mine, 'logout', proxyEndpoint);
  });
});

withNewest('containerd as a kubelet has it pull', ['containerd', 'ctr', 'skopeo'], () => {
  test('by the login that the credential provider gave', async () => {
    const repository = await stage.repository('helped/kubelet');
    await onStage(stage, newest('skopeo'))('copy', 'oci:layout:single', `docker://${repository}:1`);
    const apiVersion = 'credentialprovider.kubelet.k8s.io/v1';
    const child = spawn(join(BIN, 'berth-credential-provider'), { env: { ...stage.env('new'), ...where() } });
    child.stdin.end(JSON.stringify({ kind: 'CredentialProviderRequest', apiVersion, image: `${repository}:1` }));
    const [said, [status]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    expect(status).toBe(0);
    const { username, password } = JSON.parse(said).auth[stage.registry.host];

    const client = newest('containerd');
    const containerd = await startContainerd(stage, client);
    const [, , ...hosts] = ctrAccess(stage, client);
    const login = (secret: string) => [
      'images',
      'pull',
      '--user',
      `${username}:${secret}`,
      ...hosts,
      `${repository}:1`,
    ];
    try {
      await expect(containerd.ctr(...login('wrong'))).rejects.toThrow(/401|unauthorized|authorization failed/i);
      await containerd.ctr(...login(password));
      expect(await containerd.ctr('images', 'ls', '-q')).toContain(`${repository}:1`);
    } finally {
      await containerd.stop();
    }
  });
});
