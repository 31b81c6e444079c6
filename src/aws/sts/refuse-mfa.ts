import { StsAccessDenied } from '../../identity/sts/refusals.ts';

/**
 * Nobody has a second factor here, so whoever names a device or a code has named a wrong one: a session without it would
 * be less than what he asks for.
 *
 * @throws StsAccessDenied
 */
export function refuseMfa({
  SerialNumber: serial,
  TokenCode: code,
}: {
  readonly SerialNumber?: string;
  readonly TokenCode?: string;
}): void {
  if (serial === undefined && code === undefined) return;
  throw StsAccessDenied({ reason: 'MultiFactorAuthentication failed with invalid MFA one time pass code. ' });
}
