import { InvalidParameter } from '../../registry/refusals.ts';
import { parseRepositoryArn, repositoryArn } from '../../values/arn.ts';
import { isRepositoryName } from '../../values/names.ts';
import type { RegistryId } from '../../values/registry-id.ts';
import type { Call } from '../operation.ts';

/**
 * The repository that `resourceArn` names; nothing else has tags here. It may be another account's, never another
 * region's.
 *
 * @throws InvalidParameter
 */
export function taggedRepository(
  { resourceArn }: { readonly resourceArn: string },
  { registry }: Pick<Call, 'registry'>,
): { registry: RegistryId; repositoryName: string } {
  const repository = parseRepositoryArn(resourceArn);
  const isHere = repository?.registry.region === registry.region && isRepositoryName(repository.repositoryName);
  if (!repository || !isHere) throw InvalidParameter({ member: 'resourceArn', constraint: 'Invalid ARN' });
  return repository;
}

/** The same as the resource of an operation. */
export function taggedArn(input: { readonly resourceArn: string }, call: Pick<Call, 'registry'>): string {
  const { registry, repositoryName } = taggedRepository(input, call);
  return repositoryArn(registry, repositoryName);
}
