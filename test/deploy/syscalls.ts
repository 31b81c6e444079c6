// What systemd lets through, and what Berth asks the kernel for.
import { run } from '../clients/run.ts';

/**
 * The system calls that a unit's `SystemCallFilter=` lines allow: the first says what may be called, those that begin
 * with `~` what of it may not.
 */
export async function allowedBy(filters: readonly string[]): Promise<ReadonlySet<string>> {
  const listed = await run('systemd-analyze', ['--no-pager', 'syscall-filter'], { env: { PATH: '/usr/bin:/bin' } });
  const groups = parseGroups(listed);
  const allowed = new Set<string>();
  for (const filter of filters) {
    const names = filter.replace(/^~/, '').split(' ');
    for (const call of names.flatMap((it) => expand(it, groups))) {
      if (filter.startsWith('~')) allowed.delete(call);
      else allowed.add(call);
    }
  }
  return allowed;
}

/** `@group` at the margin, its members indented below; members may be groups again. */
function parseGroups(text: string): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  let members: string[] = [];
  for (const line of text.split('\n')) {
    const name = line.trim();
    if (line.startsWith('@')) {
      members = [];
      groups.set(name, members);
    } else if (name !== '' && !name.startsWith('#')) {
      members.push(name);
    }
  }
  return groups;
}

function expand(name: string, groups: ReadonlyMap<string, readonly string[]>): string[] {
  if (!name.startsWith('@')) return [name];
  const members = groups.get(name);
  if (members === undefined) throw new Error(`systemd knows no group ${name}`);
  return members.flatMap((it) => expand(it, groups));
}

/** The names in the table that `strace -c -U name` leaves. */
export function calledIn(summary: string): string[] {
  return summary
    .split('\n')
    .map((it) => it.trim())
    .filter((it) => /^[a-z]\w*$/.test(it) && it !== 'syscall' && it !== 'total');
}
