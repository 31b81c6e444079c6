import { partitionOf } from '../../values/arn.ts';
import { assumedRoleArn } from '../../values/identity-arn.ts';
import type { World } from '../../world.ts';
import type { Session } from '../principal.ts';
import { issueSession, type TemporaryCredentials } from '../sessions.ts';
import { packedSize } from './packed-size.ts';
import { StsValidationError } from './refusals.ts';
import { checkPassedPolicies, type PassedPolicies } from './session-policies.ts';
import type { TrustedRole } from './trusted-role.ts';

/** A new session of a role. */
export interface AssumedRole {
  readonly credentials: TemporaryCredentials;
  /** `AROA...:NAME`. */
  readonly id: string;
  readonly arn: string;
  /** In percent; undefined when neither policies nor tags were passed. */
  readonly packedPolicySize: number | undefined;
  readonly sourceIdentity: string | undefined;
}

/** What the new session is to be; who asks has been found to be trusted. */
export interface WantedSession
  extends PassedPolicies,
    Pick<Session, 'name' | 'tags' | 'transitiveTagKeys' | 'sourceIdentity' | 'federatedProvider' | 'isChained'> {
  /** An hour when it is not said. */
  readonly durationSeconds: number | undefined;
}

const HOUR_SECONDS = 3_600;

/**
 * Starts a session of the role.
 *
 * @throws StsValidationError, PolicyMalformed, PackedPolicyTooLarge
 */
export async function startRoleSession(
  world: Pick<World, 'metadata' | 'secrets' | 'ids' | 'clock' | 'rules'>,
  role: TrustedRole,
  { durationSeconds = HOUR_SECONDS, policy, policyArns, ...session }: WantedSession,
): Promise<AssumedRole> {
  if (durationSeconds > role.maxSeconds) {
    const reason = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
    throw StsValidationError({ reason });
  }
  await checkPassedPolicies(world, role.account, { policy, policyArns });
  const policies = policy === undefined ? [] : [policy];
  const carried = { ...session, policies, policyArns };
  const isPacked = policies.length + policyArns.length + Object.keys(session.tags).length > 0;
  const packedPolicySize = isPacked ? packedSize(carried) : undefined;

  const { id, account, name, epoch } = role;
  const credentials = issueSession(
    world,
    { kind: 'role-session', account, ownerId: id, epoch },
    { ...carried, ...lasting(world, durationSeconds) },
  );
  return {
    credentials,
    id: `${id}:${session.name}`,
    arn: assumedRoleArn(partitionOf(world.rules.regions[0]), account, name, session.name),
    packedPolicySize,
    sourceIdentity: session.sourceIdentity,
  };
}

/** From now on for so long. Answers tell whole seconds, so it ends on one. */
export function lasting(
  { clock }: Pick<World, 'clock'>,
  seconds: number,
): { readonly issuedAt: Date; readonly expiresAt: Date } {
  const issuedAt = clock.now();
  return { issuedAt, expiresAt: new Date(Math.floor(issuedAt.getTime() / 1_000 + seconds) * 1_000) };
}
