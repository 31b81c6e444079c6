import { type On, rowsOf } from './rows.ts';

const PROFILE: On = { arn: 'arn:aws:signer:{region}:{account}:/signing-profiles/matrix' };

const profile = { on: PROFILE, input: { profileName: 'matrix' } };
const tagged = { on: PROFILE, input: { resourceArn: PROFILE.arn } };

export const SIGNER_ROWS = rowsOf('signer', {
  CancelSigningProfile: profile,
  GetSigningPlatform: '*',
  GetSigningProfile: profile,
  ListSigningPlatforms: '*',
  ListSigningProfiles: '*',
  ListTagsForResource: tagged,
  PutSigningProfile: '*',
  SignPayload: profile,
  TagResource: tagged,
  UntagResource: tagged,
});
