import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { callApi } from '../src/cli/call-api.ts';
import { type BerthProcess, berthProcess } from './berth-process.ts';

const started: BerthProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((it) => it.stop()));
});

async function start(...options: Parameters<typeof berthProcess>): Promise<BerthProcess> {
  const it = await berthProcess(...options);
  started.push(it);
  return it;
}

describe('berth serve', () => {
  test('shows the secret on its first start alone, and names the file after that', async () => {
    const first = await start();
    expect(first.stderr.join('\n')).toContain(first.secretAccessKey);
    await first.kill('SIGTERM');

    const second = await start({ dataDir: first.dataDir });

    expect(second.secretAccessKey).toBe(first.secretAccessKey);
    await expect.poll(() => second.stderr.join('\n')).toContain(`${first.dataDir}/credentials`);
    expect([...second.stderr, ...second.stdout, ...first.stdout].join('\n')).not.toContain(first.secretAccessKey);
  });

  test('writes nothing that others could read', async () => {
    const { dataDir } = await start();
    const open: string[] = [];
    for (const name of await readdir(dataDir, { recursive: true })) {
      if (((await stat(join(dataDir, name))).mode & 0o077) !== 0) open.push(name);
    }
    expect(open).toEqual([]);
  });

  test('ends well on SIGTERM, and starts again after SIGKILL', async () => {
    const first = await start();
    expect(await first.kill('SIGKILL')).toBe('SIGKILL');

    const second = await start({ dataDir: first.dataDir });

    expect((await fetch(`${second.url}/readyz`)).status).toBe(200);
    expect(await second.kill('SIGTERM')).toBe(0);
  });

  test('refuses a second one on the same folder, and says which process has it', async () => {
    const first = await start();

    await expect(start({ dataDir: first.dataDir })).rejects.toThrow(`kill ${first.pid}`);
  });

  test('refuses settings that cannot be before it touches anything', async () => {
    await expect(start({ flags: ['--port', '70000'] })).rejects.toThrow('--port is "70000"');
  });

  test('finishes an upload in flight on SIGTERM, and the upload goes on after the restart', async () => {
    const first = await start();
    const authorization = await loginOf(first);
    const opened = await fetch(`${first.url}/v2/app/blobs/uploads/`, { method: 'POST', headers: { authorization } });
    const location = new URL(opened.headers.get('location') ?? '', first.url);
    const patch = request(location, { method: 'PATCH', headers: { authorization, expect: '100-continue' } });
    const answered = once(patch, 'response');
    patch.flushHeaders();
    // Said when the server begins to read the body.
    await once(patch, 'continue');
    patch.write('first half, ');

    const ended = first.kill('SIGTERM');
    await expect.poll(() => first.stdout.join('\n')).toContain('"draining"');
    patch.end('second half');
    const [answer] = await answered;

    expect(answer.statusCode).toBe(202);
    expect(answer.headers.connection).toBe('close');
    expect(await ended).toBe(0);
    const second = await start({ dataDir: first.dataDir });
    const digest = `sha256:${createHash('sha256').update('first half, second half').digest('hex')}`;
    const goOn = new URL(`${new URL(answer.headers.location, first.url).pathname}?digest=${digest}`, second.url);
    const completed = await fetch(goOn, { method: 'PUT', headers: { authorization } });
    expect(completed.status).toBe(201);
  });

  test('lets an upload go on at once after it was killed in the middle of one', async () => {
    const first = await start();
    const authorization = await loginOf(first);
    const opened = await fetch(`${first.url}/v2/app/blobs/uploads/`, { method: 'POST', headers: { authorization } });
    const { pathname } = new URL(opened.headers.get('location') ?? '', first.url);
    const patch = request(new URL(pathname, first.url), {
      method: 'PATCH',
      headers: { authorization, expect: '100-continue' },
    });
    patch.on('error', () => undefined);
    patch.flushHeaders();
    await once(patch, 'continue');
    patch.write('lost with the process');
    await first.kill('SIGKILL');

    const second = await start({ dataDir: first.dataDir });
    const body = 'sent again';
    const again = await fetch(new URL(pathname, second.url), { method: 'PATCH', headers: { authorization }, body });
    expect([again.status, again.headers.get('range')]).toEqual([202, '0-9']);
    const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
    const goOn = new URL(`${pathname}?digest=${digest}`, second.url);
    expect((await fetch(goOn, { method: 'PUT', headers: { authorization } })).status).toBe(201);
  });
});

async function loginOf(berth: BerthProcess): Promise<string> {
  const caller = {
    credentials: berth,
    region: 'us-east-1',
    now: new Date(),
    authority: undefined,
  };
  await callApi(berth.url, 'CreateRepository', { repositoryName: 'app' }, caller);
  const answer = await callApi(berth.url, 'GetAuthorizationToken', {}, caller);
  return `Basic ${/"authorizationToken":"([^"]+)"/.exec(JSON.stringify(answer))?.[1]}`;
}
