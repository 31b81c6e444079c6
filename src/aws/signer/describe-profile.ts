import { PLATFORMS } from '../../signing/platforms.ts';
import type { SigningProfile as Profile } from '../../signing/profiles.ts';
import { profileArn } from '../../values/signer-arn.ts';
import type { SigningProfile } from '../model/signer.ts';

/** A profile as the API shows it. Tags are absent where there are none. */
export function describeProfile(profile: Profile): SigningProfile {
  const { name, version, platformId, validity, parameters, tags, status } = profile;
  const arn = profileArn(profile);
  const platform = PLATFORMS.find((it) => it.platformId === platformId);
  return {
    profileName: name,
    profileVersion: version,
    profileVersionArn: `${arn}/${version}`,
    signatureValidityPeriod: validity,
    platformId,
    ...(platform && { platformDisplayName: platform.displayName }),
    ...(parameters && { signingParameters: parameters }),
    status,
    arn,
    ...(Object.keys(tags).length > 0 && { tags }),
  };
}
