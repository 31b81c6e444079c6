import { putProfile } from '../../signing/profiles.ts';
import { SignerInvalid } from '../../signing/refusals.ts';
import type { PutSigningProfileRequest, PutSigningProfileResponse } from '../model/signer.ts';
import { operation } from '../operation.ts';
import { describeProfile } from './describe-profile.ts';
import { profileOf } from './profile-name.ts';

/** Makes a profile that signs container images. API_PutSigningProfile. */
export const PutSigningProfile = operation<PutSigningProfileRequest, PutSigningProfileResponse>({
  service: 'signer',
  name: 'PutSigningProfile',
  action: 'signer:PutSigningProfile',
  resource: () => '*',
  conditions: ({ tags = {} }) => [
    ...Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value] as const),
    ...(Object.keys(tags).length > 0 ? [['aws:TagKeys', Object.keys(tags)] as const] : []),
  ],

  async handle(input, call) {
    const { platformId, signatureValidityPeriod, signingParameters: parameters, tags } = input;
    if (input.signingMaterial !== undefined || input.overrides !== undefined) {
      throw SignerInvalid({
        what: `Profiles of the platform ${platformId} have a certificate of their own: signingMaterial and overrides cannot be given.`,
      });
    }
    const profile = await putProfile(call.world, {
      ...profileOf(input, call),
      platformId,
      ...(signatureValidityPeriod && { validity: validityOf(signatureValidityPeriod) }),
      parameters,
      tags,
    });
    const { arn, profileVersion, profileVersionArn } = describeProfile(profile);
    return {
      ...(arn && { arn }),
      ...(profileVersion && { profileVersion }),
      ...(profileVersionArn && { profileVersionArn }),
    };
  },
});

function validityOf({ value, type }: NonNullable<PutSigningProfileRequest['signatureValidityPeriod']>) {
  if (value === undefined || type === undefined) {
    throw SignerInvalid({ what: 'A signature validity period needs a value and a type: DAYS, MONTHS or YEARS.' });
  }
  return { value, type };
}
