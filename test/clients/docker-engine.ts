// A Docker engine of the test's own, started by hand, and the `docker` that speaks to it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Client } from './client.ts';
import { attempt, run, startDaemon } from './run.ts';

export interface DockerEngine {
  /** Runs `docker`, and rejects when it fails. */
  docker(...args: string[]): Promise<string>;
  /** Runs a shell script in which `docker` means this engine; resolves with its output, and rejects when it fails. */
  script(text: string): Promise<string>;
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  /** The environment of the engine itself, where it differs from that of its clients. */
  readonly engineEnv?: Readonly<Record<string, string>>;
  /** Keeps images in containerd's store, as new installations do: OCI manifests, multi-arch and all. */
  readonly containerdStore?: boolean;
  /** What to put in front of each command, for an engine in a room of its own. */
  readonly inside?: readonly string[];
}

/** Starts `dockerd` with all that it keeps inside `home`, and without touching the machine's network. */
export async function startDockerEngine(dockerd: Client, options: EngineOptions): Promise<DockerEngine> {
  const home = join(options.home, `dockerd-${dockerd.age}`);
  const socket = join(home, 'docker.sock');
  mkdirSync(home, { recursive: true });
  const features = options.containerdStore ? { features: { 'containerd-snapshotter': true } } : {};
  writeFileSync(join(home, 'daemon.json'), JSON.stringify(features));

  const env = {
    ...options.env,
    DOCKER_HOST: `unix://${socket}`,
    PATH: `${dirname(dockerd.program)}:${options.env['PATH']}`,
  };
  const [program = '', ...before] = [...(options.inside ?? []), dockerd.program];
  const quiet = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--userland-proxy=false'];
  const folders = ['--data-root', join(home, 'data'), '--exec-root', join(home, 'exec'), '-p', join(home, 'pid')];
  const args = ['--config-file', join(home, 'daemon.json'), ...folders, '-H', `unix://${socket}`, ...quiet];

  const docker = dockerd.age === 'new' ? join(dirname(dockerd.program), 'docker') : '/usr/bin/docker';
  const isReady = async () => (await attempt(docker, ['version'], { env })).code === 0;
  const daemon = await startDaemon(program, [...before, ...args], { env: options.engineEnv ?? env }, isReady);

  const [shell = '', ...beforeShell] = [...(options.inside ?? []), '/bin/bash', '--norc'];
  return {
    docker: (...more) => run(docker, more, { env, cwd: options.home }),
    script: (text) => run(shell, [...beforeShell, '-eu', '-o', 'pipefail', '-c', text], { env, cwd: options.home }),
    stop: daemon.stop,
  };
}
