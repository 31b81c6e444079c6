import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { berthProgram, berth as command } from './backup/command.ts';
import { startBerth, type TestBerth } from './berth.ts';

const started: TestBerth[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((it) => it.stop()));
});

async function start(tls = false): Promise<TestBerth> {
  const berth = await startBerth({ tls });
  started.push(berth);
  return berth;
}

async function isLetIn(berth: TestBerth, password: string): Promise<boolean> {
  // The name is read from the certificate by the command; here only the password matters.
  const authorization = `Basic ${Buffer.from(`AWS:${password}`).toString('base64')}`;
  const headers = { authorization };
  const send = berth.ca === undefined ? requestHttp : requestHttps;
  const request = send(`${berth.url}/v2/`, { headers, ...(berth.ca !== undefined && { ca: berth.ca }) }).end();
  const [response] = await once(request, 'response');
  response.resume();
  return response.statusCode === 200;
}

describe('berth login', () => {
  test.each([true, false])('gets a password that logs in, from the server beside it; HTTPS %s', async (tls) => {
    const berth = await start(tls);
    const { dataDir } = berth.settings;

    const { status, out, err } = await command([
      'login',
      '--data-dir',
      dataDir,
      '--output',
      'json',
      '--tool',
      'skopeo',
    ]);

    expect({ status, err }).toEqual({ status: 0, err: '' });
    const login = JSON.parse(out);
    expect(login).toMatchObject({ username: 'AWS', registry: expect.stringMatching(/^localhost:\d+$/) });
    expect(login.command).toContain(tls ? `--cert-dir ${dataDir}/tls` : '--tls-verify=false');
    expect(await isLetIn(berth, login.password)).toBe(true);
  });

  test('runs the client with the password on its standard input', async () => {
    const berth = await start();
    const { dataDir } = berth.settings;
    await writeFile(join(dataDir, 'docker'), '#!/bin/sh\necho "$@"\ncat\n', { mode: 0o755 });

    const { status, out, err } = await berthProgram(['login', '--data-dir', dataDir, '--run'], {
      PATH: `${dataDir}:/usr/bin:/bin`,
    });

    expect({ status, err }).toEqual({ status: 0, err: '' });
    const [line, password = ''] = out.split('\n');
    expect(line).toBe(`login --username AWS --password-stdin localhost:${berth.settings.port}`);
    expect(await isLetIn(berth, password)).toBe(true);
  });

  test('fails when the client does, or is not there', async () => {
    const berth = await start();
    const { dataDir } = berth.settings;
    await writeFile(join(dataDir, 'docker'), '#!/bin/sh\nexit 7\n', { mode: 0o755 });

    const failed = await berthProgram(['login', '--data-dir', dataDir, '--run'], { PATH: dataDir });
    const missing = await berthProgram(['login', '--data-dir', dataDir, '--run', '--tool', 'podman'], {
      PATH: dataDir,
    });

    expect(failed).toMatchObject({ status: 1, err: expect.stringContaining('docker ended with status 7') });
    expect(missing).toMatchObject({ status: 1, err: expect.stringContaining('podman is not installed') });
  });

  test('tells what the server said when it refuses', async () => {
    const berth = await start();
    const { dataDir } = berth.settings;
    await writeFile(join(dataDir, 'credentials'), '[default]\naws_access_key_id = AKIAX\naws_secret_access_key = y\n');

    const { status, err } = await command(['login', '--data-dir', dataDir]);

    expect(status).toBe(1);
    expect(err).toMatch(/refused GetAuthorizationToken: .*UnrecognizedClientException/);
  });
});

describe('berth doctor', () => {
  test('finds a running server well, without disturbing it', async () => {
    const berth = await start(true);

    const { status, out } = await berthProgram(['doctor', '--data-dir', berth.settings.dataDir]);

    expect(out).not.toContain('wrong');
    expect(out).toContain(`is served by process ${process.pid}`);
    expect(status).toBe(0);
  });

  test('sees a port that another program has, and a clock that went back', async () => {
    const berth = await start();
    const { dataDir } = berth.settings;
    await berth.world.metadata.probe();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const tomorrow = Date.now() / 1000 + 86_400;
    await utimes(join(dataDir, 'credentials'), tomorrow, tomorrow);

    const running = await command(['doctor', '--data-dir', dataDir]);
    const elsewhere = await command(['doctor', '--data-dir', join(dataDir, 'none'), '--port', port]);

    other.close();
    expect(running.out).toMatch(/clock +wrong/);
    expect(elsewhere.out).toMatch(new RegExp(`port +wrong +Port ${port} of 127.0.0.1 is taken by another program`));
    expect([running.status, elsewhere.status]).toEqual([3, 3]);
  });
});

describe('berth gc', () => {
  test('works beside a running server, and says in both forms what it did', async () => {
    const berth = await start();
    const { dataDir } = berth.settings;

    const people = await berthProgram(['gc', '--data-dir', dataDir]);
    const programs = await command(['gc', '--data-dir', dataDir, '--output', 'json']);

    expect(people).toMatchObject({
      status: 0,
      err: '',
      out: expect.stringMatching(/^WHAT +NUMBER\n.*objects removed +0/s),
    });
    expect(JSON.parse(programs.out)).toMatchObject({ objectsRemoved: 0, uploadsEnded: 0, isComplete: true });
  });

  test('explains what it knows of a digest, and what a digest is', async () => {
    const berth = await start();
    const { dataDir } = berth.settings;

    const known = await command(['gc', '--data-dir', dataDir, '--explain', `sha256:${'0'.repeat(64)}`]);
    const none = await command(['gc', '--data-dir', dataDir, '--explain', 'latest']);

    expect(known).toMatchObject({ status: 0, out: expect.stringMatching(/^Nothing is known of it/) });
    expect(none).toMatchObject({ status: 1, err: expect.stringContaining('latest is no digest') });
  });

  test('makes nothing where there is nothing', async () => {
    const berth = await start();

    const { status, err } = await command(['gc', '--data-dir', join(berth.settings.dataDir, 'none')]);

    expect(status).toBe(1);
    expect(err).toContain('holds no Berth. Name its folder with --data-dir.');
  });
});

describe('berth fsck', () => {
  test('finds a running server clean, and one whose bytes were lost not', async () => {
    const berth = await start();
    const { dataDir } = berth.settings;
    const clean = await berthProgram(['fsck', '--data-dir', dataDir]);
    await pushBlob(berth);
    await rm(join(dataDir, 'blobs'), { recursive: true });
    await mkdir(join(dataDir, 'blobs'));

    const people = await command(['fsck', '--data-dir', dataDir]);
    const programs = await command(['fsck', '--data-dir', dataDir, '--output', 'json']);

    expect(clean).toMatchObject({ status: 0, err: '', out: expect.stringContaining('clean') });
    expect(people).toMatchObject({ status: 3, out: expect.stringContaining('fsck --repair') });
    expect(programs.status).toBe(3);
    expect(JSON.parse(programs.out)).toMatchObject({ isClean: false });
  });
});

async function pushBlob(berth: TestBerth): Promise<void> {
  await berth.createRepository('app');
  const digest = `sha256:${createHash('sha256').update('bytes').digest('hex')}`;
  const answer = await fetch(`${berth.url}/v2/app/blobs/uploads/?digest=${digest}`, {
    method: 'POST',
    headers: { authorization: berth.authorization, 'content-type': 'application/octet-stream' },
    body: 'bytes',
  });
  expect(answer.status).toBe(201);
}
