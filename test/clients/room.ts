// A room with the true names of ECR: a private network and mount namespace in which the test owns every port, the hosts
// file and /etc/docker. Clients inside need no flag, no port and no endpoint variable. Nothing inside reaches the
// machine's network, and nothing is left when the room closes.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SYSTEM_PATH } from './client.ts';
import { run } from './run.ts';

export interface Room {
  /** What to put in front of a command so that it runs inside. */
  readonly inside: readonly string[];
  /** The certificate that clients must trust, and that Berth shows. */
  readonly certFile: string;
  readonly keyFile: string;
  /** Where Docker inside looks for certificates: /etc/docker/certs.d. */
  readonly dockerCertificates: string;
  close(): Promise<void>;
}

/** Outside 127.0.0.0/8, where Docker really checks certificates. */
export const ROOM_ADDRESS = '10.77.0.1';

const SYSTEM = { PATH: SYSTEM_PATH };

/** Opens a room in which all of `names` lead to ROOM_ADDRESS. Needs root. */
export async function openRoom(home: string, names: readonly string[]): Promise<Room> {
  const [certFile, keyFile] = [join(home, 'room.crt'), join(home, 'room.key')];
  await makeCertificate(certFile, keyFile, names);
  writeFileSync(join(home, 'hosts'), `${readFileSync('/etc/hosts', 'utf8')}\n${ROOM_ADDRESS} ${names.join(' ')}\n`);
  mkdirSync(join(home, 'etc-docker', 'certs.d'), { recursive: true });

  // With a process namespace of its own, the end of the first process is the end of all that ever started inside.
  const namespaces = ['--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child'];
  const furnish = `
    mount --make-rprivate /
    ip link set lo up
    ip addr add ${ROOM_ADDRESS}/32 dev lo
    mount --bind ${home}/hosts /etc/hosts
    mkdir -p /etc/docker
    mount --bind ${home}/etc-docker /etc/docker
    echo furnished
    exec cat`;
  const door = spawn('/usr/bin/unshare', [...namespaces, '/bin/sh', '-ec', furnish], {
    env: SYSTEM,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const close = async () => {
    const first = firstProcess(door.pid);
    door.kill('SIGKILL');
    while (first !== undefined && existsSync(`/proc/${first}`)) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await new Promise<void>((resolve, reject) => {
    let said = '';
    door.stdout.on('data', (chunk: Buffer) => chunk.toString().includes('furnished') && resolve());
    door.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    door.on('error', reject);
    door.on('exit', (code) => reject(new Error(`the room could not be furnished (${code}): ${said}`)));
  });
  const first = firstProcess(door.pid);
  return {
    inside: ['/usr/bin/nsenter', '--target', String(first), '--net', '--mount', '--pid', '--'],
    certFile,
    keyFile,
    dockerCertificates: join(home, 'etc-docker', 'certs.d'),
    close,
  };
}

function firstProcess(door: number | undefined): string | undefined {
  const children = `/proc/${door}/task/${door}/children`;
  return existsSync(children) ? readFileSync(children, 'utf8').trim() || undefined : undefined;
}

/** One certificate for all names, which is its own authority. */
async function makeCertificate(certFile: string, keyFile: string, names: readonly string[]): Promise<void> {
  const subject = ['-subj', '/CN=room', '-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`];
  const files = ['-keyout', keyFile, '-out', certFile];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  await run('/usr/bin/openssl', ['req', ...kind, ...files, ...subject], { env: SYSTEM });
}
