import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const MODULE = JSON.stringify(new URL('in-memory.ts', import.meta.url).href);

/** What a process that asked for a folder wrote, and how it ended. */
async function asked({ script, memory }: { script: string; memory?: string }) {
  const argument = memory === undefined ? '' : JSON.stringify(memory);
  const program = `const { folderForTests } = await import(${MODULE});
    console.log(await folderForTests(${argument})); ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { folder: (await text(child.stdout)).trim(), status: await ended };
}

test.each([
  ['at its end', '', 0],
  ['when it is interrupted', "process.kill(process.pid, 'SIGINT'); setInterval(() => undefined, 1000);", 130],
  ['when it is told to end', "process.kill(process.pid, 'SIGTERM'); setInterval(() => undefined, 1000);", 143],
])('a folder goes with its process: %s', async (_, script, status) => {
  const ended = await asked({ script });

  expect(ended.status).toBe(status);
  expect(ended.folder).toMatch(/^\/.*berth-test-/);
  expect(existsSync(ended.folder)).toBe(false);
});

test('without room in memory it is among the temporary files', async () => {
  const { folder } = await asked({ script: '', memory: join(tmpdir(), 'nowhere') });

  expect(folder.startsWith(join(tmpdir(), 'berth-test-'))).toBe(true);
});
