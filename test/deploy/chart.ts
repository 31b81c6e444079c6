// The chart of deploy/helm as the real helm renders it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments, stringify } from 'yaml';
import { newest, SYSTEM_PATH } from '../clients/client.ts';
import { run } from '../clients/run.ts';

export const CHART = fileURLToPath(new URL('../../deploy/helm/berth', import.meta.url));

/** An object of Kubernetes, as far as a test looks into it by path: `at('spec.template.spec')`. */
export interface Rendered {
  readonly kind: string;
  at(path: string): unknown;
}

/** What `helm COMMAND` makes of the chart with `values`, by kind. @throws Error with helm's own words */
export async function renderChart(values: object): Promise<ReadonlyMap<string, Rendered>> {
  const text = await helm('template', values, ['name']);
  const documents = parseAllDocuments(text, { uniqueKeys: true });
  if ('empty' in documents) throw new Error('The chart renders nothing.');
  const objects = documents.map((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    const kind = String(document.get('kind'));
    return [kind, { kind, at: (path: string) => toJs(document.getIn(path.split('.').map(step))) }] as const;
  });
  return new Map(objects);
}

/** `helm lint --strict`. @throws Error with what it found */
export function lintChart(values: object): Promise<string> {
  return helm('lint', values, ['--strict']);
}

async function helm(command: string, values: object, args: readonly string[]): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'berth-helm-'));
  try {
    const file = join(home, 'values.yaml');
    await writeFile(file, stringify(values));
    const env = { PATH: SYSTEM_PATH, HOME: home };
    return await run(newest('helm').program, [command, ...args, CHART, '--values', file], { env });
  } finally {
    await rm(home, { recursive: true });
  }
}

function step(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function toJs(node: unknown): unknown {
  return typeof node === 'object' && node !== null && 'toJSON' in node && typeof node.toJSON === 'function'
    ? node.toJSON()
    : node;
}
