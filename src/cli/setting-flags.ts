import { type Command, Option } from 'commander';
import { environment } from '../settings/environment.ts';
import { readSettings } from '../settings/read-settings.ts';
import { type SettingKey, type Settings, settings } from '../settings/table.ts';

/** Settings that every command takes: where the data lies. */
export const WHERE: readonly SettingKey[] = ['dataDir'];

/** Settings that can be flags. A secret cannot: every user of the machine sees command lines. */
export const ALL: readonly SettingKey[] = settings.filter((it) => !it.isSecret).map((it) => it.key);

/** Adds a flag for each of `keys`, and `--config`. */
export function addSettingFlags(command: Command, keys: readonly SettingKey[]): Command {
  for (const { key, name, variable, what, fallback, fallbackShown, isFlagAlone } of settings) {
    if (!keys.includes(key)) continue;
    const shown = fallbackShown ?? fallback;
    const notes = [variable, ...(shown === undefined || isFlagAlone ? [] : [`default ${shown}`])].join(', ');
    const option = new Option(
      `--${name} ${isFlagAlone ? '[yes]' : `<${name.split('-').at(-1)}>`}`,
      `${what} (${notes})`,
    );
    command.addOption(isFlagAlone ? option.preset('true') : option);
  }
  return command.option('--config <file>', 'YAML file with settings by these names (BERTH_CONFIG)');
}

/** The settings that hold for a command with these options. @throws SettingsError */
export function settingsFor(options: Readonly<Record<string, unknown>>): Promise<Settings> {
  const keys = [...settings.map((it) => it.key), 'config'];
  const flags = Object.fromEntries(
    Object.entries(options).filter((it): it is [string, string] => keys.includes(it[0]) && typeof it[1] === 'string'),
  );
  return readSettings({ flags, environment: environment() });
}
