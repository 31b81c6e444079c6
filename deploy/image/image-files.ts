import { execFile } from 'node:child_process';
import { glob, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type LockedPackages, productionPackages } from './production-packages.ts';
import type { TarEntry, TarFile } from './tar.ts';

/** Where the program lies in the image. */
export const PROGRAM_FOLDER = 'app';
/** Whom it runs as; the number that images without a root are known by. */
export const USER = 65_532;
/** Its data, and its home. */
export const DATA_FOLDER = 'data';

/** What Node.js itself needs: the program, the shared libraries it is linked to on this machine, and the system's tables. */
export async function runtimeFiles(checkout: string): Promise<TarEntry[]> {
  const node = join(checkout, 'node_modules/node/bin/node');
  const libraries = await librariesOf(node);
  return [
    await fileAt(`${PROGRAM_FOLDER}/node_modules/node/bin/node`, node),
    ...(await Promise.all(libraries.map((it) => fileAt(it.slice(1), it)))),
    text('etc/passwd', `root:x:0:0:root:/:/sbin/nologin\nberth:x:${USER}:${USER}::/${DATA_FOLDER}:/sbin/nologin\n`),
    text('etc/group', `root:x:0:\nberth:x:${USER}:\n`),
    // Without it libc asks the network for names before it looks into /etc/hosts.
    text('etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n'),
    { kind: 'folder', path: 'tmp', mode: 0o1777 },
    { kind: 'folder', path: DATA_FOLDER, mode: 0o700, owner: USER },
  ];
}

/** The packages that the program imports, as the lock file has them. @throws Error when others are installed */
export async function packageFiles(checkout: string): Promise<TarEntry[]> {
  const { packages }: { packages: LockedPackages } = JSON.parse(
    await readFile(join(checkout, 'package-lock.json'), 'utf8'),
  );
  // Node.js is in the layer below.
  const folders = productionPackages(packages, ['node']);
  const each = folders.map(async (folder) => {
    const { version } = JSON.parse(await readFile(join(checkout, folder, 'package.json'), 'utf8'));
    if (version !== packages[folder]?.version) {
      throw new Error(`${folder} has version ${version} and not ${packages[folder]?.version}. Mend that with: npm ci`);
    }
    // What lies in a folder of this name below is a package of its own. Types and maps are for those who develop.
    return filesIn(checkout, folder, (path) => !/(?:^|\/)node_modules\/|\.(?:map|[cm]?ts|tsbuildinfo|md)$/.test(path));
  });
  return (await Promise.all(each)).flat();
}

/** The program itself, without its tests. */
export async function programFiles(checkout: string): Promise<TarEntry[]> {
  return [
    await fileAt(`${PROGRAM_FOLDER}/package.json`, join(checkout, 'package.json')),
    ...(await filesIn(checkout, 'src', (path) => !path.endsWith('.test.ts'))),
  ];
}

/** Files below `folder` of the checkout whose path within it is `wanted`, at the same place below the program's folder. */
async function filesIn(checkout: string, folder: string, wanted: (path: string) => boolean): Promise<TarFile[]> {
  const found: Promise<TarFile>[] = [];
  for await (const it of glob('**/*', { cwd: join(checkout, folder), withFileTypes: true })) {
    if (!it.isFile()) continue;
    const path = join(it.parentPath, it.name);
    const within = path.slice(join(checkout, folder).length + 1);
    if (wanted(within)) found.push(fileAt(`${PROGRAM_FOLDER}/${folder}/${within}`, path));
  }
  return Promise.all(found);
}

async function fileAt(path: string, file: string): Promise<TarFile> {
  const { size, mode } = await stat(file);
  return { kind: 'file', path, mode: mode & 0o100 ? 0o755 : 0o644, content: { file: await realpath(file), size } };
}

function text(path: string, content: string): TarFile {
  return { kind: 'file', path, mode: 0o644, content: Buffer.from(content) };
}

/** Absolute paths, the loader's among them, as the loader itself tells them. */
async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ldd', [program]);
  const paths = stdout.split('\n').map((line) => /(?:=> |^\s*)(\/\S+) \(0x/.exec(line)?.[1]);
  const found = paths.filter((it) => it !== undefined);
  if (/not found/.test(stdout) || found.length === 0)
    throw new Error(`ldd cannot tell what ${program} needs: ${stdout}`);
  return found;
}
