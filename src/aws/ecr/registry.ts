import { repositoryArn } from '../../values/arn.ts';
import type { RegistryId } from '../../values/registry-id.ts';
import type { Call } from '../operation.ts';

/** The registry that an input addresses: another account's by `registryId`, never another region's. */
export function registryOf(input: { readonly registryId?: string }, { registry }: Pick<Call, 'registry'>): RegistryId {
  return { account: input.registryId ?? registry.account, region: registry.region };
}

/** The ARN of the repository that an input names: the resource of most operations. */
export function namedRepository(
  input: { readonly registryId?: string; readonly repositoryName: string },
  call: Pick<Call, 'registry'>,
): string {
  return repositoryArn(registryOf(input, call), input.repositoryName);
}

/**
 * The resource of what is about a registry as a whole: of one's own it is `*`, as ECR has it; of another account's all of
 * its repositories, so that this account must have allowed it.
 */
export function wholeRegistry(input: { readonly registryId?: string }, call: Pick<Call, 'registry'>): string {
  const registry = registryOf(input, call);
  return registry.account === call.registry.account ? '*' : repositoryArn(registry, '*');
}
