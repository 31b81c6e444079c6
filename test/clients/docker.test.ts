import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newest, withEachVersion } from './client.ts';
import { type DockerEngine, startDockerEngine } from './docker-engine.ts';
import { writeRunnableTar } from './images.ts';
import { awsEnv, useStage } from './stage.ts';

withEachVersion('dockerd', ['docker', 'aws', 'runc'], (client) => {
  const stage = useStage();
  let engine: DockerEngine;
  beforeAll(async () => {
    const env = {
      ...stage.env(client.age),
      ...awsEnv(stage.registry, stage.home),
      DOCKER_CONFIG: join(stage.home, 'cli'),
    };
    engine = await startDockerEngine(client, { home: stage.home, env });
    writeRunnableTar(join(stage.home, 'root.tar'));
    await engine.docker('import', '-c', 'CMD ["/bin/echo", "it runs"]', 'root.tar', 'base');
    const aws = newest('aws').program;
    const { registry } = stage;
    const login = await engine.script(
      `${aws} ecr get-login-password --endpoint-url ${registry.url} |
        docker login --username AWS --password-stdin ${registry.host}`,
    );
    expect(login).toContain('Login Succeeded');
  });
  afterAll(() => engine?.stop());

  test('an image is pushed, removed, pulled by tag and by digest, and runs', async () => {
    const repository = await stage.repository('docker/runs');
    await engine.docker('tag', 'base', `${repository}:1`);
    const pushed = await engine.docker('push', `${repository}:1`);
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(pushed)?.[1];
    await engine.docker('rmi', `${repository}:1`);

    await engine.docker('pull', '-q', `${repository}:1`);
    expect(await engine.docker('run', '--rm', '--network', 'none', `${repository}:1`)).toBe('it runs');
    await engine.docker('rmi', `${repository}:1`);
    await engine.docker('pull', '-q', `${repository}@${digest}`);

    const inspect = (image: string) => engine.docker('image', 'inspect', '--format', '{{.Id}}', image);
    expect(await inspect(`${repository}@${digest}`)).toBe(await inspect('base'));
  });

  test('layers that are there already are not sent again, nor for another repository', async () => {
    const [first, second] = [await stage.repository('docker/first'), await stage.repository('docker/second')];
    await engine.docker('tag', 'base', `${first}:1`);
    await engine.docker('tag', 'base', `${second}:1`);
    await engine.docker('push', `${first}:1`);

    expect(await engine.docker('push', `${first}:1`)).toContain('Layer already exists');
    expect(await engine.docker('push', `${second}:1`)).toMatch(/Mounted from docker\/first|Layer already exists/);
  });

  test('what it builds is pushed with all tags at once', async () => {
    const repository = await stage.repository('docker/built');
    await engine.script(
      `mkdir -p build && printf 'FROM base\\nRUN ["/bin/sh", "-c", "echo built > /built"]\\n' > build/Dockerfile
       DOCKER_BUILDKIT=0 docker build -q --network none -t ${repository}:1 -t ${repository}:2 build
       docker push -a ${repository}`,
    );
    await engine.docker('rmi', `${repository}:1`, `${repository}:2`);
    await engine.docker('pull', '-a', '-q', repository);

    const images = await engine.docker('image', 'ls', '--format', '{{.Tag}}', repository);
    expect(images.split('\n').sort()).toEqual(['1', '2']);
  });

  test('it is told when a repository is missing', async () => {
    const missing = `${stage.registry.host}/docker/nowhere:1`;
    await engine.docker('tag', 'base', missing);

    await expect(engine.docker('push', missing)).rejects.toThrow(
      /The repository with name 'docker\/nowhere' does not exist in the registry with id '\d{12}'/,
    );
  });

  // On loopback the old engine tries plain HTTP after that, and tells only of this second failure.
  if (client.age === 'old') return;

  test('it is told when nobody is logged in', async () => {
    const repository = await stage.repository('docker/closed');

    const pulled = engine.script(`DOCKER_CONFIG=${stage.home}/nobody docker pull ${repository}:1`);

    await expect(pulled).rejects.toThrow('no basic auth credentials');
  });
});
