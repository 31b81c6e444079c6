import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** Where the tests of an operation are looked for first: those that are about it before those that use it. */
const FOLDERS = ['src/aws/ecr/', 'src/aws/', 'src/', 'test/aws/', 'test/clients/', 'test/'];

interface Source {
  readonly file: string;
  readonly text: string;
  /** The commands that it has of ECR's SDK. */
  readonly commands: ReadonlySet<string>;
}

const SDK_IMPORT = /import \{([^}]*)\} from '@aws-sdk\/client-ecr';/g;

/**
 * The test files that call an operation of ECR: by the SDK for JavaScript, over HTTP alone, or by the AWS CLI. Found by
 * reading the sources of all tests; at most `most` of each, those first that are about ECR's API.
 */
export function testsOfOperations(names: readonly string[], most: number): ReadonlyMap<string, readonly string[]> {
  const sources = ['src/**/*.test.ts', 'test/**/*.test.ts']
    .flatMap((it) => globSync(it, { cwd: ROOT }))
    .toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(sourceOf);
  return new Map(
    names.map((name) => [
      name,
      sources
        .filter((it) => calls(it, name))
        .slice(0, most)
        .map((it) => it.file),
    ]),
  );
}

function rank(file: string): number {
  return FOLDERS.findIndex((it) => file.startsWith(it));
}

function sourceOf(file: string): Source {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const commands = new Set<string>();
  for (const [, names = ''] of text.matchAll(SDK_IMPORT)) {
    for (const name of names.split(',')) commands.add(name.trim());
  }
  return { file, text, commands };
}

function calls({ file, text, commands }: Source, name: string): boolean {
  if (commands.has(`${name}Command`)) return true;
  if (text.includes(`call(berth, '${name}'`)) return true;
  return file.startsWith('test/clients/') && /, 'ecr'\b/.test(text) && text.includes(`'${commandLine(name)}'`);
}

/** `PutImage` as the AWS CLI has it: `put-image`. */
function commandLine(name: string): string {
  return name.replaceAll(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
}
