// The kubelet's credential provider. Apart from the other commands, and without their libraries: pods wait for it.
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { environment } from '../settings/environment.ts';
import { provide } from './credentials/provide.ts';

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
