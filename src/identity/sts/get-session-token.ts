import type { World } from '../../world.ts';
import type { Signer } from '../find-signer.ts';
import { issueSession, type TemporaryCredentials } from '../sessions.ts';
import { StsAccessDenied } from './refusals.ts';
import { lasting } from './role-session.ts';

const USUAL_SECONDS = 43_200;
const ROOT_SECONDS_AT_MOST = 3_600;

/**
 * Temporary credentials of the one who has the long-term key: he may what he may with that, but for IAM and most of STS
 * (see `whatSessionsMayNot`). They end with the key. API_GetSessionToken.
 *
 * @throws StsAccessDenied to a session
 */
export function getSessionToken(
  world: Pick<World, 'secrets' | 'ids' | 'clock'>,
  { principal, accessKeyId, epoch }: Pick<Signer, 'principal' | 'accessKeyId' | 'epoch'>,
  asked: number | undefined,
): TemporaryCredentials {
  const { account } = principal;
  if (principal.session || (principal.kind !== 'root' && principal.kind !== 'user')) {
    throw StsAccessDenied({ reason: 'Cannot call GetSessionToken with session credentials' });
  }
  // A root's session that is asked to last longer lasts an hour: API_GetSessionToken.
  const most = principal.kind === 'root' ? ROOT_SECONDS_AT_MOST : Number.POSITIVE_INFINITY;
  const seconds = Math.min(asked ?? USUAL_SECONDS, most);
  const ownerId = principal.kind === 'root' ? account : principal.user.id;
  return issueSession(
    world,
    { kind: principal.kind, account, ownerId, ofKey: accessKeyId, epoch },
    {
      name: '',
      policies: [],
      policyArns: [],
      tags: {},
      transitiveTagKeys: [],
      isChained: false,
      ...lasting(world, seconds),
    },
  );
}
