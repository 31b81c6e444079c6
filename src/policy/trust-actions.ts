import { globOf, matchesGlob } from './glob.ts';
import { PolicyMalformed } from './malformed.ts';
import type { Listed } from './parsed-policy.ts';

/** What can be allowed on a role to those who are to take it. */
const ACTIONS = [
  'assumerole',
  'assumerolewithwebidentity',
  'assumerolewithsaml',
  'tagsession',
  'setsourceidentity',
  'setcontext',
];

/** @throws PolicyMalformed when a trust policy is about other actions than those by which a role is taken */
export function checkTrustActions({ isNot, values }: Listed<string>): void {
  for (const value of values) {
    const [service = '', name = ''] = value.toLowerCase().split(':');
    if (isNot || service !== 'sts') {
      throw PolicyMalformed({ reason: 'AssumeRole policy may only specify STS AssumeRole actions.' });
    }
    const pattern = globOf(name);
    if (!ACTIONS.some((it) => matchesGlob(pattern, it))) {
      throw PolicyMalformed({
        reason:
          'Trust Policy statement actions can only be sts:AssumeRole, sts:AssumeRoleWithSAML, and sts:AssumeRoleWithWebIdentity',
      });
    }
  }
}
