import { partitionOf } from '../../values/arn.ts';
import { federatedUserArn } from '../../values/identity-arn.ts';
import type { World } from '../../world.ts';
import { authorize } from '../authorize.ts';
import type { Caller } from '../caller.ts';
import type { Signer } from '../find-signer.ts';
import { issueSession, type TemporaryCredentials } from '../sessions.ts';
import { packedSize } from './packed-size.ts';
import { StsAccessDenied } from './refusals.ts';
import { lasting } from './role-session.ts';
import { checkPassedPolicies, type PassedPolicies } from './session-policies.ts';
import { type AskedTags, sessionTags, tagConditions, taggingActions } from './session-tags.ts';

export interface GetFederationToken extends PassedPolicies, Pick<AskedTags, 'tags'> {
  readonly name: string;
  /** Twelve hours when it is not said. */
  readonly durationSeconds: number | undefined;
}

export interface FederationToken {
  readonly credentials: TemporaryCredentials;
  /** `ACCOUNT:NAME`. */
  readonly id: string;
  readonly arn: string;
  readonly packedPolicySize: number | undefined;
}

const USUAL_SECONDS = 43_200;

/**
 * A session of somebody whom only the caller knows: he may what the caller may, as far as the policies that are passed
 * go; with none he may nothing but what resources grant him by name. API_GetFederationToken. It ends with the caller's
 * key.
 *
 * @throws StsAccessDenied to who is no user with a long-term key; AccessDenied, StsValidationError, PolicyMalformed,
 *   PackedPolicyTooLarge
 */
export async function getFederationToken(
  world: Pick<World, 'metadata' | 'secrets' | 'ids' | 'clock' | 'rules'>,
  { caller, signer }: { readonly caller: Caller; readonly signer: Pick<Signer, 'accessKeyId' | 'epoch'> },
  { name, durationSeconds = USUAL_SECONDS, policy, policyArns, tags }: GetFederationToken,
): Promise<FederationToken> {
  const { principal } = caller;
  const { account } = principal;
  if (principal.session) throw StsAccessDenied({ reason: 'Cannot call GetFederationToken with session credentials' });
  if (principal.kind !== 'user') {
    throw StsAccessDenied({ reason: 'Cannot call GetFederationToken with root credentials' });
  }
  const carried = { ...sessionTags({ tags, transitiveTagKeys: [] }, undefined), policyArns };
  const arn = federatedUserArn(partitionOf(world.rules.regions[0]), account, name);
  const conditions = tagConditions({ tags, transitiveTagKeys: [] });
  for (const action of ['sts:GetFederationToken', ...taggingActions(carried)]) {
    await authorize(world, caller, { action, resources: [arn], conditions });
  }

  await checkPassedPolicies(world, account, { policy, policyArns });
  const policies = policy === undefined ? [] : [policy];
  const isPacked = policies.length + policyArns.length + tags.length > 0;
  const packedPolicySize = isPacked ? packedSize({ ...carried, policies }) : undefined;
  const { accessKeyId: ofKey, epoch } = signer;
  const credentials = issueSession(
    world,
    { kind: 'federated-user', account, ownerId: principal.user.id, ofKey, epoch },
    { ...carried, policies, name, isChained: false, ...lasting(world, durationSeconds) },
  );
  return { credentials, id: `${account}:${name}`, arn, packedPolicySize };
}
