import { readFile } from 'node:fs/promises';
import { SettingsError } from './settings-error.ts';

export interface FileEntry {
  readonly name: string;
  readonly text: string;
  /** Where it stands, for people: `/etc/berth.yaml, line 3`. */
  readonly place: string;
}

/**
 * The entries of the YAML file at `path`. Everything is text there, an account's leading zeros too; a list counts as
 * its members with commas between.
 *
 * @throws SettingsError when the file cannot be read, is no YAML, or holds something deeper than that
 */
export async function readConfigFile(path: string): Promise<readonly FileEntry[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code ?? error.message})`;
    throw new SettingsError([
      `The config file ${path} ${why}. Give the path of a readable YAML file with --config or BERTH_CONFIG, or none.`,
    ]);
  });
  const { isMap, isScalar, isSeq, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw new SettingsError([`The config file ${path} is not valid YAML: ${broken.message.trimEnd()}`]);
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === '')) return [];
  if (!isMap(document.contents)) {
    throw new SettingsError([`The config file ${path} is not a list of settings. Write one "name: value" to a line.`]);
  }

  return document.contents.items.map(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : String(key);
    const place = `${path}, line ${isScalar(key) && key.range ? lines.linePos(key.range[0]).line : '?'}`;
    const scalars = isSeq(value) ? value.items : [value];
    const texts = scalars.map((it) => {
      if (isScalar(it)) return String(it.value ?? '');
      if (it === null) return '';
      throw new SettingsError([`${name} (${place}) is neither a value nor a list of values. Write ${name}: VALUE.`]);
    });
    return { name, text: texts.join(','), place };
  });
}
