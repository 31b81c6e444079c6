import { getProfile } from '../../signing/profiles.ts';
import type { GetSigningProfileRequest, GetSigningProfileResponse } from '../model/signer.ts';
import { operation } from '../operation.ts';
import { describeProfile } from './describe-profile.ts';
import { namedProfile, profileOf } from './profile-name.ts';

/** A profile, also one that was canceled. API_GetSigningProfile. */
export const GetSigningProfile = operation<GetSigningProfileRequest, GetSigningProfileResponse>({
  service: 'signer',
  name: 'GetSigningProfile',
  action: 'signer:GetSigningProfile',
  resource: namedProfile,

  async handle(input, call) {
    return describeProfile(await getProfile(call.world, profileOf(input, call)));
  },
});
