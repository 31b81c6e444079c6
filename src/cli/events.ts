import { Command } from 'commander';
import { parseTarget } from '../events/targets/parse-target.ts';
import { rotateWebhookSecret, webhookSecret } from '../events/targets/webhook-secret.ts';
import { CommandFailed } from './exit-codes.ts';
import { json, type OutputForm, outputOption } from './output.ts';
import { addSettingFlags, settingsFor, WHERE } from './setting-flags.ts';
import { withWorld } from './with-world.ts';

interface Options {
  readonly rotate?: true;
  readonly output: OutputForm;
}

/** `berth events ...`: what of events is not in EventBridge's API. */
export function eventsCommand(): Command {
  const secret = new Command('signing-secret')
    .description('Print the secret by which a webhook verifies what it is sent. A server may run beside this.')
    .argument('<target>', 'address of the webhook, as its rules have it')
    .option('--rotate', 'make it another one first; for a day what is sent is signed with both')
    .addOption(outputOption())
    .addHelpText(
      'after',
      '\nExample:\n  berth events signing-secret https://hooks.example.com/berth --account-id 123456789012',
    )
    .action(printSecret);
  return new Command('events')
    .description('Events: what of them is not in EventBridge’s API.')
    .addCommand(addSettingFlags(secret, [...WHERE, 'accountId', 'region']));
}

async function printSecret(address: string, options: Options): Promise<void> {
  const target = parseTarget(address);
  if (target?.kind !== 'webhook') {
    throw new CommandFailed(`${address} is no address of a webhook, such as https://hooks.example.com/berth.`);
  }
  const { accountId: account, region } = await settingsFor({ ...options });
  const registry = { account, region: region[0] };
  const secret = await withWorld({ ...options }, (world) =>
    (options.rotate ? rotateWebhookSecret : webhookSecret)(world, registry, target.url),
  );
  if (options.output === 'json') process.stdout.write(json({ ...registry, address: target.url, secret }));
  else process.stdout.write(`${secret}\n`);
}
