import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import * as v from 'valibot';
import { systemClock } from '../clock.ts';
import { readCredentials } from '../installation/credentials-file.ts';
import { dataFolder } from '../installation/data-folder.ts';
import { whoServes } from '../installation/serving.ts';
import { commandName } from '../settings/command-name.ts';
import type { Settings } from '../settings/table.ts';
import { callApi } from './call-api.ts';
import { CommandFailed } from './exit-codes.ts';
import { tools } from './login-tools.ts';
import { json, type OutputForm, outputOption } from './output.ts';
import { addSettingFlags, settingsFor, WHERE } from './setting-flags.ts';

const answer = v.object({
  authorizationData: v.tuple([v.object({ authorizationToken: v.string(), expiresAt: v.number() })]),
});

interface Options {
  readonly run?: true;
  readonly printPassword?: true;
  readonly tool: string;
  readonly url?: string;
  readonly output: OutputForm;
}

interface Login {
  readonly url: string;
  readonly password: string;
  readonly expiresAt: Date;
  /** Folder of the local authority, when the server has one. */
  readonly trust: string | undefined;
}

export function loginCommand(): Command {
  const command = new Command('login')
    .description('Log a container client in to the Berth that serves from the data folder: print the line, or run it.')
    .option('--run', 'run the client instead of printing the line')
    .option('--print-password', 'print the password alone, as aws ecr get-login-password does')
    .addOption(new Option('--tool <name>', 'the client').choices(Object.keys(tools)).default('docker'))
    .option('--url <url>', 'where the server is, when it is not the one of the data folder')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  berth login --run --tool podman')
    .action(login);
  return addSettingFlags(command, [...WHERE, 'region']);
}

async function login(options: Options): Promise<void> {
  const settings = await settingsFor({ ...options });
  const it = await logIn(settings, options.url);
  const { host, protocol } = new URL(it.url);
  const args = tools[options.tool]?.({ host, trust: it.trust, isPlain: protocol === 'http:' }) ?? [];

  if (options.run) return runTool(options.tool, args, it.password);
  if (options.printPassword) {
    process.stdout.write(`${it.password}\n`);
    return;
  }
  const source = [commandName(), 'login', '--print-password', ...(options.url ? ['--url', options.url] : [])].join(' ');
  const line = `${source} | ${options.tool} ${args.join(' ')}`;
  if (options.output === 'json') {
    const { password, expiresAt } = it;
    process.stdout.write(json({ registry: host, username: 'AWS', password, expiresAt, command: line }));
  } else {
    process.stdout.write(`${line}\n`);
  }
}

async function logIn(settings: Settings, asked: string | undefined): Promise<Login> {
  const folder = dataFolder(settings.dataDir);
  const url = asked ?? (await whoServes(folder))?.url;
  if (url === undefined) {
    throw new CommandFailed(
      `No Berth serves from ${folder.path}. Start one with: ${commandName()} serve (or name its folder with --data-dir).`,
    );
  }
  const credentials = await readCredentials(folder.credentials);
  if (credentials === undefined) {
    throw new CommandFailed(`${folder.credentials} is not there. Name the server's folder with --data-dir.`);
  }
  const ca = url.startsWith('https:') ? await readAuthority(folder.tls) : undefined;
  const caller = { credentials, region: settings.region[0], now: systemClock.now(), authority: ca };
  const said = v.parse(answer, await callApi(url, 'GetAuthorizationToken', {}, caller));
  const [{ authorizationToken, expiresAt }] = said.authorizationData;
  const password = Buffer.from(authorizationToken, 'base64').toString('utf8').replace(/^AWS:/, '');
  return { url, password, expiresAt: new Date(expiresAt * 1000), trust: ca === undefined ? undefined : folder.tls };
}

/** The local authority's certificate; undefined where the server was given a certificate of its own. */
function readAuthority(folder: string): Promise<string | undefined> {
  return readFile(join(folder, 'ca.crt'), 'utf8').catch(() => undefined);
}

function runTool(tool: string, args: readonly string[], password: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, args, { stdio: ['pipe', 'inherit', 'inherit'] });
    child.on('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? 'is not installed' : `cannot be run (${error.message})`;
      reject(new CommandFailed(`${tool} ${why}. Name another client: --tool ${Object.keys(tools).join('|')}`));
    });
    child.on('close', (status) => {
      if (status === 0) resolve();
      else
        reject(
          new CommandFailed(`${tool} ended with status ${status}. Its own words are above; see also: berth doctor`),
        );
    });
    // A client that ends before it has read is told by its status.
    child.stdin.on('error', () => {});
    child.stdin.end(password);
  });
}
