import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { newest, SYSTEM_PATH, withNewest } from '../clients/client.ts';
import { writeFixtures } from '../clients/images.ts';
import { run } from '../clients/run.ts';
import { allowedBy, calledIn } from './syscalls.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const CREDENTIALS = { accessKeyId: 'BERTHUNITTEST', secretAccessKey: 'secret-of-the-unit-test' };
const UNITS = ['berth.service', 'berth@.service'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-units-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function unit(name: string): string {
  return readFileSync(join(CHECKOUT, 'deploy/systemd', name), 'utf8');
}

/** The values of a directive, in order. */
function valuesOf(text: string, directive: string): string[] {
  return [...text.matchAll(new RegExp(`^${directive}=(.*)$`, 'gm'))].map(([, value = '']) => value);
}

/** The unit as a file that names this checkout. */
function installed(name: string): string {
  const file = join(folder, name);
  writeFileSync(file, unit(name).replaceAll('/opt/berth', CHECKOUT));
  return file;
}

test('what is started is there, and takes the flags that it is given', async () => {
  const { commands } = await program(['serve'], () => undefined);
  const serve = commands.find((it) => it.name() === 'serve');
  const known = serve?.options.map((it) => it.long);
  for (const name of UNITS) {
    const words = (valuesOf(unit(name), 'ExecStart')[0] ?? '').split(' ');
    const [node = '', main = ''] = words.filter((it) => it.startsWith('/opt/berth/'));
    const args = words.slice(words.indexOf(main) + 1);

    for (const file of [node, main]) expect(existsSync(file.replace('/opt/berth', CHECKOUT))).toBe(true);
    expect(args[0]).toBe('serve');
    expect(known).toEqual(expect.arrayContaining(args.filter((it) => it.startsWith('--'))));
  }
});

test('whatever starts Berth gives Node.js the same options', () => {
  const starts = [
    'package.json',
    'deploy/image/Containerfile',
    'deploy/image/build.ts',
    'bench/servers/berth.ts',
    ...UNITS.map((it) => `deploy/systemd/${it}`),
  ];
  for (const file of starts) {
    const options = readFileSync(join(CHECKOUT, file), 'utf8').match(/--(max|heap)-[a-z-]+=\d+/g);
    expect(options, file).toEqual([
      '--max-old-space-size=2000',
      '--max-semi-space-size=8',
      '--heap-growing-percent=30',
    ]);
  }
});

test('the template differs from the unit in its port and its folder alone', () => {
  const [one, template] = UNITS.map((name) => unit(name).slice(unit(name).indexOf('[Unit]')).split('\n'));

  const differing = template?.filter((line, at) => line !== one?.[at]).map((line) => line.split('=')[0]);
  expect(template?.length).toBe(one?.length);
  expect(differing).toEqual(['Description', 'StateDirectory', 'ExecStart']);
});

withNewest('systemd-analyze', ['systemd-analyze'], () => {
  const analyze = (...args: string[]) => run('systemd-analyze', args, { env: { PATH: SYSTEM_PATH } });

  test.each(UNITS)('%s is a unit with nothing unknown in it', async (name) => {
    const file = installed(name);

    // It warns about a directive that it does not know, and calls that success.
    expect(await run('sh', ['-c', `systemd-analyze verify '${file}' 2>&1`], { env: { PATH: SYSTEM_PATH } })).toBe('');
  });

  test.each(UNITS)('%s exposes little', async (name) => {
    // Of 0 to 100; a unit that says nothing has 96.
    await analyze('security', '--offline=true', '--threshold=16', '--no-pager', installed(name));
  });
});

withNewest('strace under the filter of the unit', ['systemd-analyze', 'strace', 'skopeo'], () => {
  test('Berth asks the kernel for nothing that the unit forbids', async () => {
    const allowed = await allowedBy(valuesOf(unit('berth.service'), 'SystemCallFilter'));

    const called = calledIn(await summaryOfALife(folder));

    expect(called).toContain('fdatasync');
    // SQLite gives what it makes to the owner of the database, but only as root, whom the unit does not run as.
    const forbidden = called.filter((it) => !allowed.has(it) && it !== 'fchown');
    expect(forbidden).toEqual([]);
  });
});

/** Starts Berth under strace, has it make a certificate, take an image, give it back and drain; strace's summary. */
async function summaryOfALife(home: string): Promise<string> {
  const summary = join(home, 'summary');
  const traced = ['-f', '-qq', '-c', '-U', 'name', '-o', summary, process.execPath, join(CHECKOUT, 'src/main.ts')];
  const flags = ['--data-dir', join(home, 'data'), '--host', '0.0.0.0', '--port', '0', '--create-on-push', 'always'];
  const strace = spawn('strace', [...traced, 'serve', ...flags], {
    env: {
      PATH: SYSTEM_PATH,
      HOME: home,
      BERTH_ROOT_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      BERTH_ROOT_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(strace, 'close');
  let wrote = '';
  strace.stderr.on('data', (chunk: Buffer) => {
    wrote += chunk.toString();
  });
  for await (const line of createInterface({ input: strace.stdout })) {
    if (!line.includes('"berth started"')) continue;
    const children = readFileSync(`/proc/${strace.pid}/task/${strace.pid}/children`, 'utf8');
    const { url }: { url: string } = JSON.parse(line);
    await pushAndPull(url, home).finally(() => process.kill(Number(children.trim().split(' ')[0]), 'SIGTERM'));
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`Berth ended with ${code}: ${wrote}`);
  return readFileSync(summary, 'utf8');
}

async function pushAndPull(url: string, home: string): Promise<void> {
  writeFixtures(join(home, 'layout'));
  const requestHandler = { httpsAgent: new Agent({ rejectUnauthorized: false }) };
  const ecr = new ECRClient({ endpoint: url, region: 'us-east-1', credentials: CREDENTIALS, requestHandler });
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({})).finally(() => ecr.destroy());
  const creds = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString();
  const skopeo = (...args: string[]) =>
    run(newest('skopeo').program, ['--insecure-policy', 'copy', ...args], {
      env: { PATH: SYSTEM_PATH, HOME: home },
      cwd: home,
    });
  const image = `docker://${new URL(url).host}/app:1`;
  await skopeo('--dest-tls-verify=false', '--dest-creds', creds, 'oci:layout:runnable', image);
  await skopeo('--src-tls-verify=false', '--src-creds', creds, image, 'oci:back:1');
}
