import { createRepository } from '../registry/create-repository.ts';
import { createByTemplate, findTemplate } from '../templates/create-by-template.ts';
import type { CreationTemplate } from '../templates/creation-template.ts';
import { Refusal } from '../values/refusal.ts';
import type { Call } from './endpoint.ts';

/**
 * Does `work`, which is the first step of a push. Where it finds no repository, the one that is pushed to is made when a
 * template of the registry or the rules say so, and `work` is done once more. A push to a repository that is there costs
 * nothing more.
 *
 * @throws AccessDenied when it would have to be made and the caller may not; TemplateCannotApply; what `work` throws
 */
export async function creatingOnPush<T>(call: Call, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isRefusedWith(error, 'RepositoryNotFoundException')) throw error;
    const maker = await makerOf(call);
    if (!maker) throw error;
    await makeRepository(call, maker);
    return work();
  }
}

/** Whether a push would make the repository that `call` names, when there is none. */
export async function isMadeOnPush(call: Call): Promise<boolean> {
  return (await makerOf(call)) !== undefined;
}

/** By what it would be made; undefined where by nothing. */
async function makerOf({ world, registry, repositoryName }: Call): Promise<CreationTemplate | 'defaults' | undefined> {
  const template = await findTemplate(world, { registry, repositoryName, reason: 'CREATE_ON_PUSH' });
  return template ?? (world.rules.createOnPush === 'always' ? 'defaults' : undefined);
}

async function makeRepository(call: Call, maker: CreationTemplate | 'defaults'): Promise<void> {
  const { world, registry, repositoryName } = call;
  await call.authorize('ecr:CreateRepository', repositoryName);
  const making =
    maker === 'defaults'
      ? createRepository(world, { registry, repositoryName, reason: 'push' })
      : createByTemplate(world, maker, { registry, repositoryName, reason: 'CREATE_ON_PUSH' });
  try {
    await making;
  } catch (error) {
    // Of two first pushes at once one makes it, and the other one has it too.
    if (!isRefusedWith(error, 'RepositoryAlreadyExistsException')) throw error;
  }
}

export function isRefusedWith(error: unknown, code: string): boolean {
  return error instanceof Refusal && error.code === code;
}
