import { type ProfileName, profileArn } from '../../values/signer-arn.ts';
import type { Call } from '../operation.ts';

interface Named {
  readonly profileName: string;
  readonly profileOwner?: string;
}

/** The profile that an input names: the caller's own, or that of the account that it says owns it. */
export function profileOf({ profileName, profileOwner }: Named, { registry }: Pick<Call, 'registry'>): ProfileName {
  return { account: profileOwner ?? registry.account, region: registry.region, name: profileName };
}

/** Its ARN: the resource of most operations. */
export function namedProfile(input: Named, call: Pick<Call, 'registry'>): string {
  return profileArn(profileOf(input, call));
}
