import { DEFAULT_BUS, eventBusArn } from '../values/event-arn.ts';
import type { RegistryId } from '../values/registry-id.ts';
import { ResourceNotFound } from './refusals.ts';

/** The ARN of the bus that a call names by its name or ARN; of the default one when it names none. */
export function busArnOf(registry: RegistryId, named: string = DEFAULT_BUS): string {
  return named.startsWith('arn:') ? named : eventBusArn(registry, named);
}

/** There is one bus: the default one of each account and region. @throws ResourceNotFound for any other */
export function mustBeDefaultBus(registry: RegistryId, named: string = DEFAULT_BUS): void {
  if (busArnOf(registry, named) === eventBusArn(registry)) return;
  throw ResourceNotFound({ what: `Event bus ${named.replace(/^arn:.*:event-bus\//, '')} does not exist.` });
}
