// docker's credential helper. Apart from the other commands, and without their libraries: docker waits for it at each pull.
import { enableCompileCache } from 'node:module';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/berth', import.meta.url)));

const { answerDocker } = await import('./credentials/docker.ts');
const { clientSettings } = await import('./credentials/client-settings.ts');
const { environment } = await import('../settings/environment.ts');
try {
  const settings = () => clientSettings({}, environment());
  process.stdout.write(await answerDocker(process.argv[2], { input: () => text(process.stdin), settings }));
} catch (error) {
  // docker reads why on standard output.
  process.stdout.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
