import { cancelProfile } from '../../signing/profiles.ts';
import type { CancelSigningProfileRequest } from '../model/signer.ts';
import { operation } from '../operation.ts';
import { namedProfile, profileOf } from './profile-name.ts';

/** Has a profile sign no more. API_CancelSigningProfile. */
export const CancelSigningProfile = operation<CancelSigningProfileRequest, void>({
  service: 'signer',
  name: 'CancelSigningProfile',
  action: 'signer:CancelSigningProfile',
  resource: namedProfile,

  handle: (input, call) => cancelProfile(call.world, profileOf(input, call)),
});
