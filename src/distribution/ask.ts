import type { IncomingMessage } from 'node:http';
import { authorize, isAllowed } from '../identity/authorize.ts';
import type { Caller } from '../identity/caller.ts';
import type { World } from '../world.ts';
import { type Endpoint, LOGGED_IN } from './endpoint.ts';

/**
 * Asks for all that the endpoint says that this request needs.
 *
 * @throws AccessDenied
 */
export async function ask(
  world: World,
  caller: Caller,
  { action, orAction, furtherActions }: Endpoint,
  { request, resources }: { readonly request: IncomingMessage; readonly resources: readonly string[] },
): Promise<void> {
  if (action !== LOGGED_IN) {
    const may = orAction !== undefined && (await isAllowed(world, caller, { action: orAction, resources }));
    if (!may) await authorize(world, caller, { action, resources });
  }
  for (const further of furtherActions?.(request) ?? []) {
    await authorize(world, caller, { action: further, resources });
  }
}
