// Where a client suite plays: a Berth of its own, an empty home, and an environment that holds nothing but what is
// said here, so that no test of a certificate or a login passes for the wrong reason.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll } from 'vitest';
import { type Age, type Client, NEW_ROOT, pathOf } from './client.ts';
import { type Fixtures, writeFixtures } from './images.ts';
import { type Registry, type RegistryOptions, startRegistry } from './registry.ts';
import { run } from './run.ts';

export interface Stage {
  readonly registry: Registry;
  /** A home of the suite's own; short, since socket paths inside it must stay under 108 bytes. */
  readonly home: string;
  /** What clients authenticate with, under the user name `AWS`. */
  readonly password: string;
  readonly ecr: ECRClient;
  /** The usual images, in the folder `layout` of the home. */
  readonly images: Fixtures;
  /** The environment of a client of that age. */
  env(age: Age): Record<string, string>;
  /** Creates a repository and resolves with the address that clients push to. */
  repository(name: string): Promise<string>;
}

/** Opens a stage before the suite's tests and closes it after them. Its members are there only inside tests and hooks. */
export function useStage(options: RegistryOptions = {}): Stage {
  const opened: { stage?: Stage; close?: () => Promise<void> } = {};
  const current = (): Stage => {
    if (!opened.stage) throw new Error('the stage is open only inside tests and hooks');
    return opened.stage;
  };
  beforeAll(async () => {
    const { stage, close } = await openStage(options);
    opened.stage = stage;
    opened.close = close;
  });
  afterAll(async () => {
    await opened.close?.();
  });
  return {
    get registry() {
      return current().registry;
    },
    get home() {
      return current().home;
    },
    get password() {
      return current().password;
    },
    get ecr() {
      return current().ecr;
    },
    get images() {
      return current().images;
    },
    env: (age) => current().env(age),
    repository: (name) => current().repository(name),
  };
}

async function openStage(options: RegistryOptions): Promise<{ stage: Stage; close: () => Promise<void> }> {
  // What is opened is closed in the reverse order, also when a later step fails.
  await using opened = new AsyncDisposableStack();
  const home = opened.adopt(mkdtempSync(join(tmpdir(), 'bc-')), removeHome);
  const registry = opened.adopt(await startRegistry(options), (it) => it.stop());
  const ecr = new ECRClient({
    endpoint: registry.url,
    region: registry.region,
    credentials: { accessKeyId: registry.accessKeyId, secretAccessKey: registry.secretAccessKey },
    ...(registry.ca !== undefined && {
      requestHandler: { httpsAgent: new Agent({ ca: registry.ca, keepAlive: true }) },
    }),
  });
  const caFile = join(home, 'ca.crt');
  if (registry.ca !== undefined) writeFileSync(caFile, registry.ca);
  writeContainersSettings(home, registry);
  const password = await passwordFrom(ecr);
  writeDockerLogin(home, registry.host, password);

  const stage: Stage = {
    registry,
    home,
    password,
    ecr,
    images: writeFixtures(join(home, 'layout')),
    env: (age) => ({
      PATH: pathOf(age),
      HOME: home,
      TMPDIR: home,
      LANG: 'C.UTF-8',
      DOCKER_CONFIG: join(home, '.docker'),
      REGISTRY_AUTH_FILE: join(home, '.docker', 'config.json'),
      CONTAINERS_CONF: join(home, 'containers.conf'),
      PODMAN_IGNORE_CGROUPSV1_WARNING: '1',
      XDG_CONFIG_HOME: join(home, '.config'),
      XDG_RUNTIME_DIR: home,
      ...(registry.ca !== undefined && { SSL_CERT_FILE: caFile }),
    }),
    async repository(name) {
      await ecr.send(new CreateRepositoryCommand({ repositoryName: name }));
      return `${registry.host}/${name}`;
    },
  };
  const open = opened.move();
  const close = async () => {
    ecr.destroy();
    await open.disposeAsync();
  };
  return { stage, close };
}

/** What AWS clients read besides: keys, region and endpoint; the files that they would look into at home are not there. */
export function awsEnv(registry: Registry, home: string): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: registry.accessKeyId,
    AWS_SECRET_ACCESS_KEY: registry.secretAccessKey,
    AWS_DEFAULT_REGION: registry.region,
    AWS_ENDPOINT_URL: registry.url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
    ...(registry.ca !== undefined && { AWS_CA_BUNDLE: join(home, 'ca.crt') }),
  };
}

/** Makes `docker buildx` known to the Docker client that reads the settings in `home`. */
export function offerBuildx(home: string): boolean {
  const plugin = join(NEW_ROOT, 'usr/libexec/docker/cli-plugins/docker-buildx');
  if (!existsSync(plugin)) return false;
  mkdirSync(join(home, '.docker', 'cli-plugins'), { recursive: true });
  cpSync(plugin, join(home, '.docker', 'cli-plugins', 'docker-buildx'));
  return true;
}

async function passwordFrom(ecr: ECRClient): Promise<string> {
  const answer = await ecr.send(new GetAuthorizationTokenCommand({}));
  const token = answer.authorizationData?.[0]?.authorizationToken;
  if (token === undefined) throw new Error('GetAuthorizationToken gave no token');
  return Buffer.from(token, 'base64').toString().slice('AWS:'.length);
}

/** The login as `docker login` would leave it. */
function writeDockerLogin(home: string, host: string, password: string): void {
  mkdirSync(join(home, '.docker'));
  const auth = Buffer.from(`AWS:${password}`).toString('base64');
  writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
}

/** What podman, buildah and skopeo would read from the machine's own folders. */
function writeContainersSettings(home: string, { host, ca }: Registry): void {
  // Podman's defaults ask for more open files than a container may have here.
  writeFileSync(join(home, 'containers.conf'), '[containers]\ndefault_ulimits = []\n');
  const folder = join(home, '.config', 'containers');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'policy.json'), '{"default":[{"type":"insecureAcceptAnything"}]}');
  const plain = `[[registry]]\nlocation = "${host}"\ninsecure = true\n`;
  writeFileSync(join(folder, 'registries.conf'), ca === undefined ? plain : '');
}

/** Removes a home; engines that were killed may have left their own mounts inside. */
function removeHome(home: string): void {
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
}

/** Runs a client on the stage, in the stage's home; resolves with what it printed, rejects when it fails. */
export function onStage(stage: Stage, client: Client): (...args: string[]) => Promise<string> {
  return (...args) => run(client.program, args, { env: stage.env(client.age), cwd: stage.home });
}
