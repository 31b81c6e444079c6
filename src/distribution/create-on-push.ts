import { createRepository } from '../registry/create-repository.ts';
import { getRepository } from '../registry/get-repository.ts';
import { Refusal } from '../values/refusal.ts';
import type { Call } from './endpoint.ts';

/**
 * Makes the repository that is pushed to, where the rules say so and it does not exist yet.
 *
 * @throws AccessDenied when it would have to be made and the caller may not
 */
export async function createOnPush(call: Call): Promise<void> {
  const { world, registry, repositoryName } = call;
  if (world.rules.createOnPush === 'never' || (await repositoryExists(call))) return;

  await call.authorize('ecr:CreateRepository', repositoryName);
  // Of two first pushes at once one makes it, and the other one has it too.
  await acceptRefusal(
    'RepositoryAlreadyExistsException',
    createRepository(world, { registry, repositoryName, reason: 'push' }),
  );
}

export async function repositoryExists({ world, registry, repositoryName }: Call): Promise<boolean> {
  const repository = await acceptRefusal('RepositoryNotFoundException', getRepository(world, registry, repositoryName));
  return repository !== undefined;
}

/** What `work` gives, or undefined when it is refused with `code`, which its caller knows how to go on from. */
function acceptRefusal<T>(code: string, work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    if (error instanceof Refusal && error.code === code) return undefined;
    throw error;
  });
}
