import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type TarEntry, tar } from '../../deploy/image/tar.ts';

const UTC = { PATH: '/usr/bin:/bin', TZ: 'UTC' };

async function archiveOf(entries: readonly TarEntry[]): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(tar(entries)));
}

test('tar reads the names, modes, owners and bytes that went in, whatever they were', async () => {
  const name = fc.stringMatching(/^[a-z0-9@._-]{1,40}$/).filter((it) => !/^\.+$/.test(it) && !it.startsWith('-'));
  const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((it) => it.join('/'));
  const file = fc.record({
    path,
    mode: fc.constantFrom(0o644, 0o755, 0o600),
    owner: fc.constantFrom(0, 65_532),
    content: fc.uint8Array({ maxLength: 1500 }).map((it) => Buffer.from(it)),
  });
  // A file cannot lie below a file.
  const files = fc
    .uniqueArray(file, { selector: (it) => it.path, maxLength: 6 })
    .filter((all) => all.every((one) => !all.some((other) => other.path.startsWith(`${one.path}/`))));

  await fc.assert(
    fc.asyncProperty(files, async (all) => {
      const archive = await archiveOf(all.map((it) => ({ ...it, kind: 'file' })));

      const listed = execFileSync('tar', ['-tv', '--numeric-owner', '-f', '-'], {
        input: archive,
        env: UTC,
      }).toString();
      const bytes = execFileSync('tar', ['-xO', '-f', '-'], { input: archive });

      const sorted = all.toSorted((one, other) => (one.path < other.path ? -1 : 1));
      const entries = listed.split('\n').filter((it) => it.startsWith('-'));
      expect(entries.map((it) => it.split(/ +/))).toEqual(
        sorted.map((it) => [
          permissions(it.mode),
          `${it.owner}/${it.owner}`,
          String(it.content.length),
          '1970-01-01',
          '00:00',
          it.path,
        ]),
      );
      expect(bytes.equals(Buffer.concat(sorted.map((it) => it.content)))).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('the order in which entries are given does not matter, and folders come before what they hold', async () => {
  const file = (path: string): TarEntry => ({ kind: 'file', path, mode: 0o644, content: Buffer.from(path) });
  const folder: TarEntry = { kind: 'folder', path: 'data', mode: 0o700, owner: 65_532 };

  const archive = await archiveOf([file('data/b'), folder, file('data/a/c')]);

  expect(await archiveOf([file('data/a/c'), file('data/b'), folder])).toEqual(archive);
  expect(execFileSync('tar', ['-t', '-f', '-'], { input: archive }).toString()).toBe(
    'data/\ndata/a/\ndata/a/c\ndata/b\n',
  );
});

test('a path that cannot be written is refused', async () => {
  const path = 'x'.repeat(101);

  await expect(archiveOf([{ kind: 'file', path, mode: 0o644, content: Buffer.alloc(0) }])).rejects.toThrow('too long');
});

function permissions(mode: number): string {
  const bits = [...'rwxrwxrwx'].map((letter, place) => (mode & (0o400 >> place) ? letter : '-'));
  return `-${bits.join('')}`;
}
