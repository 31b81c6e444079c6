// The same two things said to each client: push an image, and pull one and tell its layers.
import { join } from 'node:path';
import { findClient, newest } from './client.ts';
import { buildahOptions, podmanOptions } from './container-stores.ts';
import { type Containerd, ctrAccess, startContainerd } from './containerd.ts';
import { type DockerEngine, startDockerEngine } from './docker-engine.ts';
import { addImage, layersBehind, layersIn, newLayout, writeRunnableTar } from './images.ts';
import { run } from './run.ts';
import { onStage, type Stage } from './stage.ts';

export interface MatrixClient {
  readonly name: string;
  /** Pushes a small image of two layers or one. */
  push(address: string): Promise<unknown>;
  /** Pulls `repository@digest` into an empty store; resolves with the digests of its uncompressed layers. */
  pull(repository: string, digest: string): Promise<string[]>;
}

export interface Matrix {
  readonly clients: readonly MatrixClient[];
  stop(): Promise<void>;
}

/** Names of the clients that `startMatrix` starts, known before any of them runs. */
export const MATRIX_CLIENTS = [
  'docker',
  "docker, the distribution's",
  'containerd',
  'podman',
  'buildah',
  'skopeo',
  'oras',
  'crane',
];

/** Starts the engines and readies the images that the clients push. */
export async function startMatrix(stage: Stage): Promise<Matrix> {
  writeRunnableTar(join(stage.home, 'root.tar'));
  const alone = newLayout(join(stage.home, 'alone'));
  alone.name(addImage(alone, { note: 'alone' }), '1');
  const archive = ['-C', alone.folder, '-cf', join(stage.home, 'alone.tar'), '.'];
  await run('/usr/bin/tar', archive, { env: stage.env('old') });

  const newEngine = await startEngine(stage, 'new');
  const oldEngine = await startEngine(stage, 'old');
  const containerd = await startContainerd(stage, newest('containerd'));
  return {
    clients: [
      dockerIn('docker', newEngine),
      dockerIn("docker, the distribution's", oldEngine),
      containerdIn(stage, containerd),
      podmanIn(stage),
      buildahIn(stage),
      ...layoutClients(stage),
    ],
    stop: async () => {
      await Promise.all([newEngine.stop(), oldEngine.stop(), containerd.stop()]);
    },
  };
}

async function startEngine(stage: Stage, age: 'old' | 'new'): Promise<DockerEngine> {
  const dockerd = findClient('dockerd', age) ?? newest('dockerd');
  const engine = await startDockerEngine(dockerd, { home: join(stage.home, age), env: stage.env(age) });
  await engine.docker('import', join(stage.home, 'root.tar'), 'base');
  return engine;
}

function dockerIn(name: string, { docker }: DockerEngine): MatrixClient {
  return {
    name,
    async push(address) {
      await docker('tag', 'base', address);
      await docker('push', '-q', address);
      await docker('rmi', address);
    },
    async pull(repository, digest) {
      await docker('pull', '-q', `${repository}@${digest}`);
      const layers = await docker('image', 'inspect', '--format', '{{json .RootFS.Layers}}', `${repository}@${digest}`);
      await docker('rmi', '-f', `${repository}@${digest}`);
      return JSON.parse(layers);
    },
  };
}

function containerdIn(stage: Stage, { ctr }: Containerd): MatrixClient {
  const access = ctrAccess(stage, newest('containerd'));
  return {
    name: 'containerd',
    async push(address) {
      await ctr('images', 'import', '--base-name', 'imported', 'alone.tar');
      await ctr('images', 'tag', 'imported:1', address);
      await ctr('images', 'push', ...access, address);
      await ctr('images', 'rm', '--sync', 'imported:1', address);
    },
    async pull(repository, digest) {
      const address = `${repository}@${digest}`;
      await ctr('images', 'pull', ...access, address);
      await ctr('images', 'check', `name==${address}`);
      const layers = await layersBehind(digest, (it) => ctr('content', 'get', it));
      await ctr('images', 'rm', '--sync', address);
      return layers;
    },
  };
}

function podmanIn(stage: Stage): MatrixClient {
  const podman = (...args: string[]) => onStage(stage, newest('podman'))(...podmanOptions(stage.home), ...args);
  return {
    name: 'podman',
    async push(address) {
      const image = await podman('pull', '-q', 'oci:layout:single');
      await podman('push', '-q', image, address);
      await podman('rmi', '-f', image);
    },
    async pull(repository, digest) {
      const image = await podman('pull', '-q', `${repository}@${digest}`);
      const layers = await podman('image', 'inspect', '--format', '{{json .RootFS.Layers}}', image);
      await podman('rmi', '-f', image);
      return JSON.parse(layers);
    },
  };
}

function buildahIn(stage: Stage): MatrixClient {
  const buildah = (...args: string[]) => onStage(stage, newest('buildah'))(...buildahOptions(stage.home), ...args);
  return {
    name: 'buildah',
    async push(address) {
      const container = await buildah('from', 'scratch');
      await buildah('add', '-q', container, join(stage.home, 'root.tar'), '/');
      await buildah('commit', '-q', '--rm', container, 'built');
      await buildah('push', '-q', 'built', `docker://${address}`);
      await buildah('rmi', '-a', '-f');
    },
    async pull(repository, digest) {
      const image = await buildah('pull', '-q', `${repository}@${digest}`);
      const layers = await buildah('inspect', '--type', 'image', '--format', '{{json .OCIv1.RootFS.DiffIDs}}', image);
      await buildah('rmi', '-f', image);
      return JSON.parse(layers);
    },
  };
}

/** Clients that carry images between registries and layouts, and keep no store of their own. */
function layoutClients(stage: Stage): MatrixClient[] {
  const [skopeo, oras, crane] = ['skopeo', 'oras', 'crane'].map((name) => onStage(stage, newest(name)));
  if (!skopeo || !oras || !crane) throw new Error('the matrix needs skopeo, oras and crane');
  const into = (name: string, pull: (address: string, layout: string) => Promise<unknown>) => ({
    name,
    async pull(repository: string, digest: string) {
      const layout = join(stage.home, `${name}-${repository.replaceAll(/[/:]/g, '-')}`);
      await pull(`${repository}@${digest}`, layout);
      return layersIn(layout);
    },
  });
  return [
    {
      ...into('skopeo', (address, layout) => skopeo('copy', '-q', `docker://${address}`, `oci:${layout}:1`)),
      push: (address) => skopeo('copy', '-q', 'oci:layout:single', `docker://${address}`),
    },
    {
      ...into('oras', (address, layout) => oras('cp', '--to-oci-layout', address, `${layout}:1`)),
      push: (address) => oras('cp', '--from-oci-layout', 'alone:1', address),
    },
    {
      ...into('crane', (address, layout) => crane('pull', '--format', 'oci', address, layout)),
      push: (address) => crane('push', 'alone', address),
    },
  ];
}
