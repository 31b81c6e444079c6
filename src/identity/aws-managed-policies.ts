import { compilePolicy } from '../policy/compile.ts';
import type { CompiledPolicy } from '../policy/types.ts';

export interface AwsManagedPolicy {
  readonly compiled: CompiledPolicy;
  readonly document: string;
}

/** The policies that AWS gives every account, by the part of their ARNs behind the partition. */
const DOCUMENTS: ReadonlyMap<string, string> = new Map([
  [
    'iam::aws:policy/AdministratorAccess',
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }),
  ],
]);

const compiled = new Map<string, AwsManagedPolicy>();

/** The policy of AWS's with this ARN, in any partition; undefined when there is none. */
export function awsManagedPolicy(arn: string): AwsManagedPolicy | undefined {
  const [, name] = /^arn:[a-z0-9-]+:(iam::aws:policy\/.+)$/.exec(arn) ?? [];
  const document = name === undefined ? undefined : DOCUMENTS.get(name);
  if (name === undefined || document === undefined) return undefined;
  return compiled.getOrInsertComputed(name, () => ({ document, compiled: compilePolicy(document) }));
}
