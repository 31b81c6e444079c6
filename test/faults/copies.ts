// What a process leaves on the disk when it is killed, without killing one: a copy of its folder at that moment. Pages
// that wait in memory outlive a process, so that whoever opens the one or the other finds the same bytes.
import { createHash, randomInt } from 'node:crypto';
import { cpSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A folder as a kill after any of these steps would leave it. */
interface Left {
  readonly folder: string;
  /** Their numbers, from 1, with their names. */
  readonly after: { readonly step: number; readonly name: string }[];
}

/**
 * Copies of `folder` as it is at each call of `step`, below the folder `to`; steps that left the same bytes share one.
 * Whoever made the step waits meanwhile, so that nothing moves on.
 */
export function copiesOf(folder: string, to: string): { step(name: string): void; left(): Left[] } {
  const copies = new Map<string, Left>();
  let steps = 0;
  return {
    step(name) {
      steps += 1;
      const content = contentOf(folder);
      const copy = copies.get(content) ?? { folder: join(to, String(steps)), after: [] };
      if (copy.after.length === 0) cpSync(folder, copy.folder, { recursive: true });
      copy.after.push({ step: steps, name });
      copies.set(content, copy);
    },
    left: () => [...copies.values()],
  };
}

/** Some of them; others at each run. */
export function drawn<T>(count: number, from: readonly T[]): T[] {
  const left = [...from];
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(randomInt(left.length), 1)).flat();
}

/** Of all files but the index of SQLite's log, which the first who opens a database makes anew. */
function contentOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of globSync('**/*', { cwd: folder }).toSorted()) {
    const path = join(folder, name);
    if (name.endsWith('-shm') || !statSync(path).isFile()) continue;
    const bytes = readFileSync(path);
    hash.update(`${name} ${bytes.length} `).update(bytes);
  }
  return hash.digest('hex');
}
