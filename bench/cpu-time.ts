import { readFile } from 'node:fs/promises';

/** Clock ticks of a second, as the kernel counts them for everybody. */
const TICKS = 100;

/** Seconds that all threads of a process have computed so far, its own and the kernel's for it. Linux alone. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may hold anything but is the last thing in parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [fields[11], fields[12]];
  return (Number(user) + Number(system)) / TICKS;
}
