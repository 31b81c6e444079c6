import { afterEach, describe, expect, test } from 'vitest';
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
});
