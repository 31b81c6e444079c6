import { EMPTY_POLICY } from '../../policy/compile.ts';
import { parseIdentityArn } from '../../values/identity-arn.ts';
import type { World } from '../../world.ts';
import { AccessDenied, decideOn } from '../authorize.ts';
import type { Caller } from '../caller.ts';
import type { Principal } from '../principal.ts';
import { MayNotAssume, StsAccessDenied, StsValidationError } from './refusals.ts';
import { type AssumedRole, startRoleSession } from './role-session.ts';
import type { PassedPolicies } from './session-policies.ts';
import {
  type AskedTags,
  type Inherited,
  type SessionTags,
  sessionTags,
  sourceIdentity,
  tagConditions,
  taggingActions,
} from './session-tags.ts';
import { findTrustedRole, type TrustedRole, trustPolicy } from './trusted-role.ts';

export interface AssumeRole extends PassedPolicies, AskedTags {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds: number | undefined;
  readonly externalId: string | undefined;
  readonly sourceIdentity: string | undefined;
}

const CHAINED_SECONDS_AT_MOST = 3_600;

/**
 * Gives the caller a session of the role, when the role trusts him and his own policies let him: API_AssumeRole. A role
 * that he may know nothing of is refused as one that is not there.
 *
 * @throws StsAccessDenied, MayNotAssume, AccessDenied, StsValidationError, InvalidParameterValue, PolicyMalformed,
 *   PackedPolicyTooLarge
 */
export async function assumeRole(
  world: Pick<World, 'metadata' | 'secrets' | 'ids' | 'clock' | 'rules'>,
  caller: Caller,
  asked: AssumeRole,
): Promise<AssumedRole> {
  const { principal } = caller;
  if (parseIdentityArn(asked.roleArn)?.type !== 'role') {
    throw StsValidationError({ reason: `${asked.roleArn} is invalid` });
  }
  if (principal.kind === 'root') throw StsAccessDenied({ reason: 'Roles may not be assumed by root accounts.' });
  const inherited = principal.kind === 'role-session' ? principal.session : undefined;
  const isChained = inherited !== undefined;
  if (isChained && (asked.durationSeconds ?? 0) > CHAINED_SECONDS_AT_MOST) {
    const reason = 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.';
    throw StsValidationError({ reason });
  }
  const wanted = { ...sessionTags(asked, inherited), sourceIdentity: sourceIdentity(asked.sourceIdentity, inherited) };

  const role = await findTrustedRole(world, asked.roleArn);
  for (const action of ['sts:AssumeRole', ...taggingActions(wanted)])
    await ask(world, caller, { action, role, asked, wanted });
  // Who is let assume what is not there has been told no by now.
  if (!role) throw notAllowed(principal, 'sts:AssumeRole', asked.roleArn);

  const { sessionName: name, durationSeconds, policy, policyArns } = asked;
  return startRoleSession(world, role, { name, durationSeconds, policy, policyArns, isChained, ...wanted });
}

type Wanted = SessionTags & Pick<Inherited, 'sourceIdentity'>;

interface Question {
  readonly action: string;
  readonly role: TrustedRole | undefined;
  readonly asked: AssumeRole;
  readonly wanted: Wanted;
}

/** A role that is not there trusts nobody. */
const TRUSTS_NOBODY = trustPolicy(EMPTY_POLICY);

async function ask(
  world: Pick<World, 'metadata' | 'clock'>,
  caller: Caller,
  { action, role, asked, wanted }: Question,
): Promise<void> {
  const { request, decision } = await decideOn(world, caller, {
    action,
    arn: asked.roleArn,
    resourcePolicies: [role?.trust ?? TRUSTS_NOBODY],
    conditions: conditionsOf({ asked, wanted, role }),
  });
  if (decision.isAllowed) return;
  const { principal } = caller;
  const isOwn = request.resource.account === principal.account;
  // In his own account he is told why, but for what only a look at the role can tell.
  if (isOwn && (role !== undefined || decision.by !== 'trust')) throw AccessDenied({ request, decision });
  throw notAllowed(principal, action, asked.roleArn);
}

function conditionsOf({ asked, wanted, role }: Omit<Question, 'action'>): [string, string | readonly string[]][] {
  const { sessionName, externalId, durationSeconds } = asked;
  const conditions = tagConditions(asked);
  conditions.push(['sts:RoleSessionName', sessionName]);
  if (externalId !== undefined) conditions.push(['sts:ExternalId', externalId]);
  if (wanted.sourceIdentity !== undefined) conditions.push(['sts:SourceIdentity', wanted.sourceIdentity]);
  if (durationSeconds !== undefined) conditions.push(['sts:DurationSeconds', String(durationSeconds)]);
  for (const { key, value } of role?.tags ?? []) {
    conditions.push([`aws:ResourceTag/${key}`, value], [`iam:ResourceTag/${key}`, value]);
  }
  return conditions;
}

function notAllowed({ arn }: Principal, action: string, roleArn: string) {
  return MayNotAssume({ arn, action, roleArn });
}
