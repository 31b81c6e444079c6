import { PLATFORMS, type SigningPlatform as Platform } from '../../signing/platforms.ts';
import { SignerResourceNotFound } from '../../signing/refusals.ts';
import type {
  GetSigningPlatformRequest,
  GetSigningPlatformResponse,
  ListSigningPlatformsRequest,
  ListSigningPlatformsResponse,
  SigningPlatform,
} from '../model/signer.ts';
import { operation } from '../operation.ts';

/** A platform: what is signed, and how. API_GetSigningPlatform. */
export const GetSigningPlatform = operation<GetSigningPlatformRequest, GetSigningPlatformResponse>({
  service: 'signer',
  name: 'GetSigningPlatform',
  action: 'signer:GetSigningPlatform',
  resource: () => '*',

  async handle({ platformId }) {
    const platform = PLATFORMS.find((it) => it.platformId === platformId);
    if (!platform) throw SignerResourceNotFound({ what: `Signing platform ${platformId} not found.` });
    return describePlatform(platform);
  },
});

/** The platforms that are served. They are few: there is but one page. API_ListSigningPlatforms. */
export const ListSigningPlatforms = operation<ListSigningPlatformsRequest, ListSigningPlatformsResponse>({
  service: 'signer',
  name: 'ListSigningPlatforms',
  action: 'signer:ListSigningPlatforms',
  resource: () => '*',

  async handle({ category, partner, target }) {
    const wanted = PLATFORMS.filter(
      (it) => (partner ?? it.partner) === it.partner && (target ?? it.target) === it.target && category === undefined,
    );
    return { platforms: wanted.map(describePlatform) };
  },
});

function describePlatform({ platformId, displayName, partner, target }: Platform): SigningPlatform {
  const format = 'JSONEmbedded';
  return {
    platformId,
    displayName,
    partner,
    target,
    signingImageFormat: { supportedFormats: [format], defaultFormat: format },
    // Nobody who verifies asks here whether a signature was revoked.
    revocationSupported: false,
  };
}
