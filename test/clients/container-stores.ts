// Where podman and buildah keep things, and how they run without systemd and without raising limits.
import { join } from 'node:path';

/** Options in front of podman's command: all that it keeps lies inside `home`. */
export function podmanOptions(home: string): string[] {
  const runs = ['--cgroup-manager', 'cgroupfs', '--conmon', '/usr/bin/conmon', '--runtime', '/usr/sbin/runc'];
  return [...store(home, 'podman'), ...runs, '--events-backend', 'file'];
}

/** Options in front of buildah's command: all that it keeps lies inside `home`. */
export function buildahOptions(home: string): string[] {
  return store(home, 'buildah');
}

function store(home: string, name: string): string[] {
  return ['--root', join(home, name), '--runroot', join(home, `${name}-run`), '--storage-driver', 'overlay'];
}
