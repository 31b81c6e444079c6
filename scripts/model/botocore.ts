import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** An installed botocore, the Python library that carries the published API models. */
export interface Botocore {
  readonly folder: string;
  readonly version: string;
}

/** The botocore in `folder`, or the one that `python3` imports; undefined when there is none. */
export function findBotocore(folder: string | undefined): Botocore | undefined {
  const found = folder ?? importedFolder();
  if (found === undefined || !existsSync(join(found, 'data'))) return undefined;
  const [, version] = /^__version__ = ['"]([^'"]+)['"]/m.exec(readFileSync(join(found, '__init__.py'), 'utf8')) ?? [];
  return { folder: found, version: version ?? 'unknown' };
}

/** The model in `botocore`'s data folder `folder`, such as `ecr/2015-09-21`; undefined when it has none. */
export function readServiceModel(botocore: Botocore, folder: string): BotocoreModel | undefined {
  if (!existsSync(join(botocore.folder, 'data', folder))) return undefined;
  const packed = join(botocore.folder, 'data', folder, 'service-2.json.gz');
  const bytes = existsSync(packed) ? gunzipSync(readFileSync(packed)) : readFileSync(packed.slice(0, -'.gz'.length));
  return JSON.parse(bytes.toString('utf8'));
}

function importedFolder(): string | undefined {
  const program = 'import botocore, os; print(os.path.dirname(botocore.__file__))';
  try {
    return execFileSync('python3', ['-c', program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined; // No python3, or a python3 without botocore.
  }
}

/** What we read of a `service-2.json`; the documentation in it is never looked at. */
export interface BotocoreModel {
  readonly metadata: {
    readonly apiVersion: string;
    readonly serviceId: string;
    readonly endpointPrefix: string;
    readonly signingName?: string;
    readonly targetPrefix?: string;
    readonly jsonVersion?: string;
    readonly protocol: string;
    readonly xmlNamespace?: string;
  };
  readonly operations: Readonly<Record<string, BotocoreOperation>>;
  readonly shapes: Readonly<Record<string, BotocoreShape>>;
}

export interface BotocoreOperation {
  readonly http?: { readonly method: string; readonly requestUri: string };
  readonly input?: ShapeReference;
  readonly output?: ShapeReference;
  readonly errors?: readonly ShapeReference[];
}

export interface BotocoreShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, ShapeReference>>;
  readonly required?: readonly string[];
  readonly member?: ShapeReference;
  readonly key?: ShapeReference;
  readonly value?: ShapeReference;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly sensitive?: boolean;
  readonly exception?: boolean;
  readonly fault?: boolean;
  readonly error?: { readonly code?: string; readonly httpStatusCode?: number };
}

export interface ShapeReference {
  readonly shape: string;
  /** Where a member stands in a REST request; in its body when not said. */
  readonly location?: string;
  readonly locationName?: string;
}
