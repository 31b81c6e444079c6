import { partitionOf } from './arn.ts';
import type { RegistryId } from './registry-id.ts';

/** A signing profile, by where it is and its name. */
export interface ProfileName extends RegistryId {
  readonly name: string;
}

/** `arn:{partition}:signer:{region}:{account}:/signing-profiles/{name}`. */
export function profileArn({ account, region, name }: ProfileName): string {
  return `arn:${partitionOf(region)}:signer:${region}:${account}:/signing-profiles/${name}`;
}

const ARN = /^arn:([a-z0-9-]+):signer:([a-z0-9-]+):([0-9]{12}):\/signing-profiles\/([a-zA-Z0-9_]{2,64})$/;

/** What the ARN of a profile names; undefined when `arn` is not one. */
export function parseProfileArn(arn: string): ProfileName | undefined {
  const [, partition, region, account, name] = ARN.exec(arn) ?? [];
  if (region === undefined || account === undefined || name === undefined) return undefined;
  return partition === partitionOf(region) ? { account, region, name } : undefined;
}
