import type { RegistryId } from './registry-id.ts';
import { remembered } from './remembered.ts';

/** The partition that a region belongs to: the second part of each of its ARNs. */
export const partitionOf = remembered((region: string): string => {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  if (region.startsWith('us-isob-')) return 'aws-iso-b';
  if (region.startsWith('us-isof-')) return 'aws-iso-f';
  if (region.startsWith('eu-isoe-')) return 'aws-iso-e';
  if (region.startsWith('us-iso-')) return 'aws-iso';
  return 'aws';
});

/** `arn:{partition}:ecr:{region}:{account}:repository/{name}`. */
export function repositoryArn(registry: RegistryId, repositoryName: string): string {
  return `arn:${partitionOf(registry.region)}:ecr:${registry.region}:${registry.account}:repository/${repositoryName}`;
}

/** `arn:{partition}:iam::{account}:root`, the account's first principal. */
export function rootArn(account: string, region: string): string {
  return `arn:${partitionOf(region)}:iam::${account}:root`;
}

const REPOSITORY_ARN = /^arn:([a-z0-9-]+):ecr:([a-z0-9-]+):([0-9]{12}):repository\/(.+)$/;

/** The registry and name that a repository ARN points to; undefined when `arn` is not one. */
export function parseRepositoryArn(arn: string): { registry: RegistryId; repositoryName: string } | undefined {
  const [, partition, region, account, repositoryName] = REPOSITORY_ARN.exec(arn) ?? [];
  if (region === undefined || account === undefined || repositoryName === undefined) return undefined;
  if (partition !== partitionOf(region)) return undefined;
  return { registry: { account, region }, repositoryName };
}
