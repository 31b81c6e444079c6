// The kubelet's credential provider. Apart from the other commands, and without their libraries: pods wait for it.
import { enableCompileCache } from 'node:module';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/berth', import.meta.url)));

const { provide } = await import('./credentials/provide.ts');
const { environment } = await import('../settings/environment.ts');
try {
  const value = { type: 'string' } as const;
  const options = {
    'endpoint-url': value,
    region: value,
    profile: value,
    'role-arn': value,
    'web-identity-token-file': value,
    'ca-file': value,
  };
  const { values } = parseArgs({ options });
  const flags = {
    endpointUrl: values['endpoint-url'],
    region: values.region,
    profile: values.profile,
    roleArn: values['role-arn'],
    webIdentityTokenFile: values['web-identity-token-file'],
    caFile: values['ca-file'],
  };
  process.stdout.write(await provide(flags, environment(), await text(process.stdin)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
