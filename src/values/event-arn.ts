import { partitionOf } from './arn.ts';
import type { RegistryId } from './registry-id.ts';

/** The one bus that there is: what happens in an account and region comes here. */
export const DEFAULT_BUS = 'default';

/** `arn:{partition}:events:{region}:{account}:rule/{name}`. */
export function eventRuleArn({ account, region }: RegistryId, name: string): string {
  return `arn:${partitionOf(region)}:events:${region}:${account}:rule/${name}`;
}

/** `arn:{partition}:events:{region}:{account}:event-bus/{name}`. */
export function eventBusArn({ account, region }: RegistryId, name: string = DEFAULT_BUS): string {
  return `arn:${partitionOf(region)}:events:${region}:${account}:event-bus/${name}`;
}

const RULE_ARN = /^arn:([a-z0-9-]+):events:([a-z0-9-]+):([0-9]{12}):rule\/(?:default\/)?([.\-_A-Za-z0-9]{1,64})$/;

/** The rule of the default bus that an ARN names; undefined when it names none. */
export function parseEventRuleArn(arn: string): { registry: RegistryId; name: string } | undefined {
  const [, partition, region, account, name] = RULE_ARN.exec(arn) ?? [];
  if (region === undefined || account === undefined || name === undefined) return undefined;
  return partition === partitionOf(region) ? { registry: { account, region }, name } : undefined;
}
