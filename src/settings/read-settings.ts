import * as v from 'valibot';
import { belongTogether } from './belong-together.ts';
import { type FileEntry, readConfigFile } from './config-file.ts';
import { nearest } from './nearest.ts';
import { SettingsError } from './settings-error.ts';
import { type Setting, type SettingKey, type Settings, settings } from './table.ts';

export interface Sources {
  /** What the command line says, by the setting's key; `config` names the file. */
  readonly flags: Readonly<Partial<Record<SettingKey | 'config', string>>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const PREFIX = 'BERTH_';

/** A value before it is checked, and where it came from. */
interface Given {
  readonly text: string;
  /** How the source calls the setting: `--port`, `BERTH_PORT`, `port (berth.yaml, line 3)`. */
  readonly as: string;
  /** How it is set there, for the way out. */
  readonly assign: (value: string) => string;
  /** Nobody gave it. */
  readonly isFallback?: true;
}

/**
 * The settings that hold: flags, then the environment, then the config file, then defaults.
 *
 * @throws SettingsError with everything that is wrong, each with the value, what is allowed and how to mend it
 */
export async function readSettings({ flags, environment }: Sources): Promise<Settings> {
  const problems = unknownVariables(environment);
  const file = await readFileOf(flags.config ?? environment['BERTH_CONFIG'], problems);
  const named = new Map<SettingKey, unknown>();

  const values = settings.map((setting) => {
    const given = find(setting, { flags, environment }, file);
    if (given === undefined) return [setting.key, undefined] as const;
    const parsed = v.safeParse(setting.shape, given.text);
    if (!given.isFallback) named.set(setting.key, parsed.success ? parsed.output : undefined);
    if (!parsed.success) problems.push(problemOf(setting, given));
    return [setting.key, parsed.success ? parsed.output : undefined] as const;
  });
  problems.push(...belongTogether(named));
  if (problems.length > 0) throw new SettingsError(problems);
  return asSettings(Object.fromEntries(values));
}

function find(setting: Setting, { flags, environment }: Sources, file: readonly FileEntry[]): Given | undefined {
  const flag = flags[setting.key];
  if (flag !== undefined) {
    return { text: flag, as: `--${setting.name}`, assign: (value) => `--${setting.name} ${value}` };
  }
  const variable = environment[setting.variable];
  if (variable !== undefined && !isFromKubernetes(setting.variable, environment)) {
    return { text: variable, as: setting.variable, assign: (value) => `${setting.variable}=${value}` };
  }
  const entry = file.find((it) => it.name === setting.name);
  if (entry !== undefined) {
    return { text: entry.text, as: `${entry.name} (${entry.place})`, assign: (value) => `${entry.name}: ${value}` };
  }
  if (setting.fallback === undefined) return undefined;
  return { text: setting.fallback, as: setting.name, assign: (value) => value, isFallback: true };
}

function problemOf({ allowed, example, isSecret }: Setting, { text, as, assign }: Given): string {
  const value = isSecret ? `has a value of ${text.length} characters` : `is ${JSON.stringify(text)}`;
  return `${as} ${value}, which is not ${allowed}. For example: ${assign(example)}`;
}

async function readFileOf(path: string | undefined, problems: string[]): Promise<readonly FileEntry[]> {
  if (path === undefined) return [];
  const entries = await readConfigFile(path);
  const names = settings.map((it) => it.name);
  for (const { name, place } of entries) {
    if (!names.includes(name)) problems.push(`${name} (${place}) is no setting.${meant(name, names)}`);
  }
  return entries;
}

function unknownVariables(environment: Sources['environment']): string[] {
  const names = [...settings.map((it) => it.variable), 'BERTH_CONFIG'].map((it) => it.slice(PREFIX.length));
  return Object.keys(environment)
    .filter((it) => it.startsWith(PREFIX) && !isFromKubernetes(it, environment))
    .map((it) => it.slice(PREFIX.length))
    .filter((it) => !names.includes(it))
    .map((it) => `${PREFIX}${it} is set, but there is no such setting.${meant(it, names, PREFIX)}`);
}

function meant(name: string, names: readonly string[], prefix = ''): string {
  const near = nearest(name, names);
  return near === undefined ? ' All are listed by: berth serve --help' : ` Did you mean ${prefix}${near}?`;
}

/** Kubernetes tells each pod of a service called "berth" where it is, in variables of its own that begin as ours do. */
function isFromKubernetes(variable: string, environment: Sources['environment']): boolean {
  if (environment['BERTH_SERVICE_HOST'] === undefined) return false;
  if (variable === 'BERTH_PORT') return environment[variable]?.includes('://') ?? false;
  return /^BERTH_(?:SERVICE|PORT)_/.test(variable);
}

/** Every key was filled from the table's own shapes just before. */
function asSettings(all: Record<string, unknown>): Settings {
  return all as Settings;
}
