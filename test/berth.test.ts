import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { type BerthOptions, startBerth, type TestBerth } from './berth.ts';

const started: TestBerth[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((it) => it.stop()));
});

async function start(options?: BerthOptions): Promise<TestBerth> {
  const berth = await startBerth(options);
  started.push(berth);
  return berth;
}

describe('a Berth', () => {
  test('is ready, asks a stranger to log in, and lets its root in', async () => {
    const berth = await start();

    const ready = await fetch(`${berth.url}/readyz`);
    const stranger = await fetch(`${berth.url}/v2/`);
    const root = await fetch(`${berth.url}/v2/`, { headers: { authorization: berth.authorization } });

    expect([ready.status, stranger.status, root.status]).toEqual([200, 401, 200]);
  });

  test('tells a person who opens its address how to log in, under the name that he used', async () => {
    const berth = await start();

    const text = await (await fetch(berth.url)).text();

    expect(text).toContain(`docker login -u AWS --password-stdin ${berth.host}`);
  });

  test('keeps repositories, logins and its address over a restart', async () => {
    const berth = await start();
    await berth.createRepository('app');

    await berth.restart();

    const tags = await fetch(`${berth.url}/v2/app/tags/list`, { headers: { authorization: berth.authorization } });
    expect(tags.status).toBe(200);
  });

  test('refuses a login after its twelve hours', async () => {
    const berth = await start();

    berth.pass(12 * 3_600_000);

    const answer = await fetch(`${berth.url}/v2/`, { headers: { authorization: berth.authorization } });
    expect(answer.status).not.toBe(200);
  });

  test('writes neither its secret key nor a login token into its log', async () => {
    const berth = await start();
    await fetch(`${berth.url}/v2/?token=${berth.password}`, { headers: { authorization: berth.authorization } });
    await expect.poll(() => berth.log.filter((it) => it['message'] === 'request answered')).toHaveLength(1);

    const log = JSON.stringify(berth.log);

    for (const secret of [berth.secretAccessKey, berth.password, berth.authorization])
      expect(log).not.toContain(secret);
  });

  test('is the only one that serves from its folder', async () => {
    const berth = await start();

    const second = startBerth({ settings: { dataDir: berth.settings.dataDir } });

    await expect(second).rejects.toThrow(
      `Another Berth (process ${process.pid}, since ${new Date(berth.world.clock.now()).toISOString()}) serves from ${berth.settings.dataDir} at`,
    );
  });

  test('that is ephemeral leaves nothing', async () => {
    const berth = await startBerth({ settings: { ephemeral: true } });
    const { dataDir } = JSON.parse(JSON.stringify(berth.log.find((it) => it['message'] === 'berth started')));
    expect(existsSync(dataDir)).toBe(true);

    await berth.stop();

    expect(existsSync(dataDir)).toBe(false);
  });

  test('takes root credentials from its settings, and the ones before end', async () => {
    const berth = await start();
    await berth.restart({
      rootAccessKeyId: 'AKIAMINE',
      rootSecretAccessKey: 'a secret of my own'.replaceAll(' ', '-'),
    });

    const before = await fetch(`${berth.url}/v2/`, { headers: { authorization: berth.authorization } });

    expect(before.status).not.toBe(200);
  });
});
