import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// What is written here is for its owner alone, the files of SQLite included.
process.umask(0o077);

// Stripping and compiling is most of what a start costs; the second one finds it done. The folder is the checkout's own:
// a shared one, such as Node.js chooses by itself, would run what another user put there.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/berth', import.meta.url)));

const { run } = await import('./cli/run.ts');
process.exitCode = await run(process.argv.slice(2));
