import { compilePolicy } from '../policy/compile.ts';
import type { CompiledPolicy } from '../policy/types.ts';
import written from './aws-managed-policies.json' with { type: 'json' };

/** One of the policies that AWS gives every account, in the one version that is in force. */
export interface AwsManagedPolicy {
  readonly name: string;
  /** `/`, `/service-role/` or `/aws-service-role/`. */
  readonly path: string;
  /** The same in every installation. */
  readonly id: string;
  readonly description: string;
  readonly versionId: string;
  readonly createdAt: Date;
  /** When the version in force was made. */
  readonly updatedAt: Date;
  readonly document: string;
  readonly compiled: CompiledPolicy;
}

/** The policy of AWS's with this ARN, in any partition; undefined when there is none. */
export function awsManagedPolicy(arn: string): AwsManagedPolicy | undefined {
  const [, name] = /^arn:[a-z0-9-]+:iam::aws:policy(\/.+)$/.exec(arn) ?? [];
  return name === undefined ? undefined : policies().get(name);
}

/** All of them, by name. */
export function listAwsManagedPolicies(): readonly AwsManagedPolicy[] {
  return [...policies().values()];
}

let known: ReadonlyMap<string, AwsManagedPolicy> | undefined;

/** By path and name. Those that are for everything speak of the services that are here. */
function policies(): ReadonlyMap<string, AwsManagedPolicy> {
  known ??= new Map(
    written.map(({ document, version, createdAt, updatedAt, ...rest }) => {
      const text = JSON.stringify(document, null, 4);
      const policy = {
        ...rest,
        versionId: version,
        createdAt: new Date(createdAt),
        updatedAt: new Date(updatedAt),
        document: text,
        compiled: compilePolicy(text),
      };
      return [`${rest.path}${rest.name}`, policy];
    }),
  );
  return known;
}
