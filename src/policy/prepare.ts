import { splitArn } from './arn-pattern.ts';
import type { PolicyRequest, PreparedRequest } from './types.ts';

/** Takes a request's names apart, once for all statements. */
export function prepare(request: PolicyRequest): PreparedRequest {
  const { asker, action, resource, context } = request;
  const name = action.toLowerCase();
  const colon = name.indexOf(':');
  return {
    asker,
    action,
    resource,
    context,
    service: colon < 0 ? '' : name.slice(0, colon),
    operation: name.slice(colon + 1),
    arnParts: splitArn(resource.arn),
  };
}
