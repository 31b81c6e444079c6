// docker's credential helper. Apart from the other commands, and without their libraries: docker waits for it at each pull.
import { text } from 'node:stream/consumers';
import { environment } from '../settings/environment.ts';
import { clientSettings } from './credentials/client-settings.ts';
import { answerDocker } from './credentials/docker.ts';

try {
  const settings = () => clientSettings({}, environment());
  process.stdout.write(await answerDocker(process.argv[2], { input: () => text(process.stdin), settings }));
} catch (error) {
  // docker reads why on standard output.
  process.stdout.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
