import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { environment } from '../settings/environment.ts';
import type { ClientFlags } from './credentials/client-settings.ts';
import { provide } from './credentials/provide.ts';

/** `berth credential-provider`: what the program berth-credential-provider does, which starts in less time. */
export function credentialProviderCommand(): Command {
  return new Command('credential-provider')
    .description(
      'Answer a kubelet that asks for a login for an image: a request on standard input, the answer on output.',
    )
    .option('--endpoint-url <url>', 'where Berth is (AWS_ENDPOINT_URL_ECR, AWS_ENDPOINT_URL)')
    .option('--region <region>', 'region of the registry (AWS_REGION)')
    .option('--profile <name>', 'profile of the AWS CLI that has the credentials (AWS_PROFILE)')
    .option('--role-arn <arn>', 'role to take by a token (AWS_ROLE_ARN)')
    .option('--web-identity-token-file <file>', 'where the token is (AWS_WEB_IDENTITY_TOKEN_FILE)')
    .option('--ca-file <file>', 'PEM of the authority of Berth’s certificate (AWS_CA_BUNDLE)')
    .addHelpText(
      'after',
      '\nExample:\n  berth credential-provider --endpoint-url https://registry.example.com < request.json',
    )
    .action(async (flags: ClientFlags) => {
      process.stdout.write(`${await provide(flags, environment(), await text(process.stdin))}\n`);
    });
}
