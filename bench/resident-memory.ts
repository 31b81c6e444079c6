import { readFile } from 'node:fs/promises';

/** The most memory that a process ever had resident, in MB (10^6 bytes). Linux alone. */
export async function peakResidentMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kib === undefined) throw new Error(`The kernel does not say how much memory process ${pid} had.`);
  return (Number(kib) * 1024) / 1e6;
}
