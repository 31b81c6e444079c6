import { listProfiles } from '../../signing/profiles.ts';
import type { ListSigningProfilesRequest, ListSigningProfilesResponse } from '../model/signer.ts';
import { operation } from '../operation.ts';
import { describeProfile } from './describe-profile.ts';
import { nextPage, pageOf } from './pages.ts';

/** A page of the caller's profiles by name; those that were canceled only where it is asked for. API_ListSigningProfiles. */
export const ListSigningProfiles = operation<ListSigningProfilesRequest, ListSigningProfilesResponse>({
  service: 'signer',
  name: 'ListSigningProfiles',
  action: 'signer:ListSigningProfiles',
  resource: () => '*',

  async handle({ includeCanceled = false, platformId, statuses = [], ...page }, call) {
    const usual = includeCanceled ? (['Active', 'Canceled'] as const) : (['Active'] as const);
    const wanted = (['Active', 'Canceled'] as const).filter((it) =>
      statuses.length === 0 ? usual.some((one) => one === it) : statuses.includes(it),
    );
    const list = ['ListSigningProfiles', platformId, wanted];
    const { after, limit } = pageOf(call, list, page);
    // Nothing is in none of the states: those that are asked for are never had here.
    if (wanted.length === 0) return { profiles: [] };
    const asked = { statuses: wanted, platformId, after, limit: limit + 1 };
    const found = await listProfiles(call.world, call.registry, asked);
    const profiles = found.slice(0, limit);
    return {
      profiles: profiles.map(describeProfile),
      ...(found.length > limit && nextPage(call, list, profiles.at(-1)?.name ?? '')),
    };
  },
});
