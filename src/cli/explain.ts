import { Command } from 'commander';
import { type ExplainedAccess, explainAccess } from '../identity/explain-access.ts';
import type { ExplainedStatement } from '../policy/explain.ts';
import { CommandFailed } from './exit-codes.ts';
import { json, type OutputForm, outputOption, table } from './output.ts';
import { addSettingFlags, WHERE } from './setting-flags.ts';
import { withWorld } from './with-world.ts';

interface Options {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: ReadonlyMap<string, readonly string[]>;
  readonly output: OutputForm;
}

const ACTION = /^[a-z0-9-]+:[A-Za-z0-9]+$/;

export function explainCommand(): Command {
  const command = new Command('explain')
    .description('Say whether a principal may do something, and which statements decide. A server may run beside this.')
    .requiredOption('--principal <arn>', 'who: a root, user, role, or session of a role')
    .requiredOption('--action <action>', 'what he does, such as ecr:PutImage')
    .option('--resource <arn>', 'to what; * for actions without a resource', '*')
    .option('--context <key=value>', 'a condition key of the request; once for each value', addContext)
    .addOption(outputOption())
    .addHelpText(
      'after',
      '\nExample:\n  berth explain --principal arn:aws:iam::123456789012:user/alice --action ecr:PutImage \\\n    --resource arn:aws:ecr:us-east-1:123456789012:repository/app --context aws:SourceIp=192.0.2.7',
    )
    .action(async (options: Options) => {
      if (!ACTION.test(options.action)) {
        throw new CommandFailed(
          `--action ${options.action} is no action. Write it like ecr:PutImage, without wildcards.`,
        );
      }
      const explained = await withWorld({ ...options }, (world) =>
        explainAccess(world, { context: new Map(), ...options }),
      );
      if (!explained) {
        throw new CommandFailed(
          `There is no principal ${options.principal}. Name an account's root, a user or role with its path, or a session of a role.`,
        );
      }
      process.stdout.write(options.output === 'json' ? json(explained) : inWords(explained));
    });
  return addSettingFlags(command, WHERE);
}

/** @throws CommandFailed when it is not `KEY=VALUE` */
function addContext(
  text: string,
  before: ReadonlyMap<string, readonly string[]> = new Map(),
): ReadonlyMap<string, readonly string[]> {
  const at = text.indexOf('=');
  if (at < 1) throw new CommandFailed(`--context ${text} has no value. Write it like aws:SourceIp=192.0.2.7.`);
  const [key, value] = [text.slice(0, at), text.slice(at + 1)];
  return new Map([...before, [key, [...(before.get(key) ?? []), value]]]);
}

function inWords(explained: ExplainedAccess): string {
  const { principal, action, resource, denial, documents, warnings } = explained;
  const verdict = denial ?? `User: ${principal} is authorized to perform: ${action} on resource: ${resource}`;
  const rows = documents.flatMap(({ kind, id, statements }) =>
    statements.map((it) => ({
      kind,
      policy: id,
      statement: it.sid ?? `${it.number}`,
      line: it.line,
      effect: it.effect,
      applies: it.applies ? 'yes' : `no: ${lackOf(it)}`,
    })),
  );
  const looked = rows.length > 0 ? table(rows) : 'No policy says anything of this.\n';
  return [`${verdict}\n\n`, looked, ...warnings.map((it) => `\nMind: ${it}\n`)].join('');
}

function lackOf({ lacks, unmet: [first] }: ExplainedStatement): string {
  if (lacks !== 'condition' || !first) return `another ${lacks}`;
  const { operator, key, values, given } = first;
  return `${operator} ${key} ${values.join(', ')}, and the request has ${given?.join(', ') ?? 'none'}`;
}
