import { readFile } from 'node:fs/promises';

const TICK_MS = 10;

/**
 * Milliseconds of processor time, since this machine started, in which the host let another machine run (the `steal`
 * column of /proc/stat; 0 on real hardware). The kernel counts them as work of whoever ran here.
 */
export async function stolenTime(): Promise<number> {
  const [all = ''] = (await readFile('/proc/stat', 'utf8')).split('\n');
  const [, , , , , , , , steal = '0'] = all.split(/ +/);
  return Number(steal) * TICK_MS;
}
