// Berth inside a room, under ECR's own names on port 443.
import { join, resolve } from 'node:path';
import { SYSTEM_PATH } from './client.ts';
import { ROOM_ADDRESS, type Room } from './room.ts';
import { attempt, type Daemon, run, startDaemon } from './run.ts';

/** The registry of the account that Berth starts with. */
export const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';

/** The keys of its root, as the environment of clients has them. */
export const ROOT_KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'a-secret-of-the-test-and-of-no-one-else',
};

const MAIN = resolve(import.meta.dirname, '../../src/main.ts');

function settings(room: Room, home: string): Record<string, string> {
  return {
    PATH: SYSTEM_PATH,
    HOME: home,
    BERTH_DATA_DIR: join(home, 'data'),
    BERTH_HOST: ROOM_ADDRESS,
    BERTH_PORT: '443',
    BERTH_TLS: `${room.certFile},${room.keyFile}`,
    BERTH_ROOT_ACCESS_KEY_ID: ROOT_KEYS.AWS_ACCESS_KEY_ID,
    BERTH_ROOT_SECRET_ACCESS_KEY: ROOT_KEYS.AWS_SECRET_ACCESS_KEY,
  };
}

/** Starts Berth inside the room, where it shows the room's certificate on port 443. */
export async function startBerthIn(room: Room, home: string): Promise<Daemon> {
  const [enter = '', ...through] = room.inside;
  const ready = [...through, '/usr/bin/curl', '-fsS', '--cacert', room.certFile, `https://${REGISTRY}/readyz`];
  return startDaemon(
    enter,
    [...through, process.execPath, MAIN, 'serve'],
    { env: settings(room, home), cwd: home },
    async () => (await attempt(enter, ready, { env: { PATH: SYSTEM_PATH } })).code === 0,
  );
}

/** Runs another command of the program beside that server; resolves with what it printed. */
export function berthBeside(room: Room, home: string, ...args: string[]): Promise<string> {
  return run(process.execPath, [MAIN, ...args], { env: settings(room, home), cwd: home });
}
