// Installs what package-lock.json names, when it is not there yet. Plain JavaScript: on a fresh clone it runs on
// whatever Node.js the machine has; what it installs brings Berth's own.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} file @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }>} */
function packagesOf(file) {
  return JSON.parse(readFileSync(`${root}${file}`, 'utf8')).packages;
}

/** Whether node_modules holds every package of the lock file. npm writes its own record last, when all is in place. */
function isInstalled() {
  if (!existsSync(`${root}node_modules/.bin/node`) || !existsSync(`${root}node_modules/.package-lock.json`))
    return false;
  const installed = packagesOf('node_modules/.package-lock.json');
  return Object.entries(packagesOf('package-lock.json')).every(([path, wanted]) => {
    if (path === '' || (wanted.optional && !installed[path])) return true;
    return installed[path]?.version === wanted.version && installed[path]?.integrity === wanted.integrity;
  });
}

if (!isInstalled()) {
  process.stderr.write('Installing the packages of package-lock.json (about 15 seconds, once) ...\n');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const [command, before] = npm ? [process.execPath, [npm]] : ['npm', []];
  // The system's Node.js runs npm here; warnings about its age are about a runtime that Berth does not use.
  const { status, stdout, stderr, error } = spawnSync(command, [...before, ...args], { cwd: root, encoding: 'utf8' });
  if (status !== 0) {
    process.stderr.write(`${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`);
    process.stderr.write('npm ci failed (its own words are above). Mend that, then run the same command again.\n');
    process.exit(1);
  }
}
