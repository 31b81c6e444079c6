import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callApi } from '../src/cli/call-api.ts';
import { type BerthProcess, berthProcess } from './berth-process.ts';

/** One folder, and the process that serves it: a test that ends it leaves the next one here. */
let dataDir: string;
let berth: BerthProcess;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'berth-process-'));
  berth = await berthProcess({ dataDir });
});
afterAll(async () => {
  await berth?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

describe('berth serve', () => {
  test('shows the secret on its first start, and leaves it out of the log', async () => {
    await expect.poll(() => berth.stderr.join('\n')).toContain(berth.secretAccessKey);
    expect(berth.stdout.join('\n')).not.toContain(berth.secretAccessKey);
  });

  test('writes nothing that others could read', async () => {
    const open: string[] = [];
    for (const name of await readdir(dataDir, { recursive: true })) {
      if (((await stat(join(dataDir, name))).mode & 0o077) !== 0) open.push(name);
    }
    expect(open).toEqual([]);
  });

  test('refuses a second one on the same folder, and says which process has it', async () => {
    await expect(berthProcess({ dataDir })).rejects.toThrow(`kill ${berth.pid}`);
  });

  test('refuses settings that cannot be before it touches anything', async () => {
    await expect(berthProcess({ flags: ['--port', '70000'] })).rejects.toThrow('--port is "70000"');
  });

  test('finishes an upload in flight on SIGTERM and ends well, and the upload goes on after the restart', async () => {
    const first = berth;
    const authorization = await loginOf(first, 'app');
    const { patch } = await beginPatch(first, 'app', authorization);
    const answered = once(patch, 'response');
    patch.write('first half, ');

    const ended = first.kill('SIGTERM');
    await expect.poll(() => first.stdout.join('\n')).toContain('"draining"');
    patch.end('second half');
    const [answer] = await answered;

    expect(answer.statusCode).toBe(202);
    expect(answer.headers.connection).toBe('close');
    expect(await ended).toBe(0);
    berth = await berthProcess({ dataDir });
    const { pathname } = new URL(answer.headers.location, first.url);
    expect(await endUpload(pathname, 'first half, second half', authorization)).toBe(201);
  });

  test('names the file, and never again the secret, when it starts once more', async () => {
    await expect.poll(() => berth.stderr.join('\n')).toContain(`${dataDir}/credentials`);
    expect([...berth.stderr, ...berth.stdout].join('\n')).not.toContain(berth.secretAccessKey);
  });

  test('starts again after SIGKILL, and an upload that it was in the middle of goes on at once', async () => {
    const authorization = await loginOf(berth, 'killed');
    const { patch, pathname } = await beginPatch(berth, 'killed', authorization);
    patch.on('error', () => undefined);
    patch.write('lost with the process');
    expect(await berth.kill('SIGKILL')).toBe('SIGKILL');

    berth = await berthProcess({ dataDir });
    expect((await fetch(`${berth.url}/readyz`)).status).toBe(200);
    const body = 'sent again';
    const again = await fetch(new URL(pathname, berth.url), { method: 'PATCH', headers: { authorization }, body });
    expect([again.status, again.headers.get('range')]).toEqual([202, '0-9']);
    expect(await endUpload(pathname, body, authorization)).toBe(201);
  });
});

/** Begins an upload and a request that adds to it; the server is reading the body when this resolves. */
async function beginPatch({ url }: BerthProcess, repository: string, authorization: string) {
  const begin = new URL(`/v2/${repository}/blobs/uploads/`, url);
  const opened = await fetch(begin, { method: 'POST', headers: { authorization } });
  const { pathname } = new URL(opened.headers.get('location') ?? '', url);
  const headers = { authorization, expect: '100-continue' };
  const patch = request(new URL(pathname, url), { method: 'PATCH', headers });
  patch.flushHeaders();
  // Said when the server begins to read the body.
  await once(patch, 'continue');
  return { patch, pathname };
}

/** Ends the upload at the process that runs now; answers the status. */
async function endUpload(pathname: string, whole: string, authorization: string): Promise<number> {
  const digest = `sha256:${createHash('sha256').update(whole).digest('hex')}`;
  const put = new URL(`${pathname}?digest=${digest}`, berth.url);
  return (await fetch(put, { method: 'PUT', headers: { authorization } })).status;
}

/** A login for the user AWS, who has a repository of that name from now on. */
async function loginOf(berth: BerthProcess, repositoryName: string): Promise<string> {
  const caller = {
    credentials: berth,
    region: 'us-east-1',
    now: new Date(),
    authority: undefined,
  };
  await callApi(berth.url, 'CreateRepository', { repositoryName }, caller);
  const answer = await callApi(berth.url, 'GetAuthorizationToken', {}, caller);
  return `Basic ${/"authorizationToken":"([^"]+)"/.exec(JSON.stringify(answer))?.[1]}`;
}
