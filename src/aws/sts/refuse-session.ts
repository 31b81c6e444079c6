import type { Principal } from '../../identity/principal.ts';
import { StsAccessDenied } from '../../identity/sts/refusals.ts';
import { whatSessionsMayNot } from '../../identity/sts/what-sessions-may-not.ts';
import { UnrecognizedClient } from '../sigv4/refusals.ts';

/**
 * Refuses temporary credentials where they count for nothing.
 *
 * @throws UnrecognizedClient, StsAccessDenied
 */
export function refuseSession(
  principal: Principal,
  operation: { readonly service: string; readonly name: string },
): void {
  const refused = whatSessionsMayNot(principal, operation);
  if (refused?.as === 'unknown') throw UnrecognizedClient({ accessKeyId: principal.accessKeyId });
  if (refused?.as === 'denied') throw StsAccessDenied({ reason: refused.reason });
}
