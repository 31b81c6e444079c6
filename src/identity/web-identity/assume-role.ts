import { decide } from '../../policy/evaluate.ts';
import type { Context } from '../../policy/types.ts';
import { findOidcProvider } from '../../storage/metadata/oidc-providers.ts';
import { parseIdentityArn } from '../../values/identity-arn.ts';
import type { World } from '../../world.ts';
import type { RequestFacts } from '../caller.ts';
import { factsContext, withKeys } from '../request-context.ts';
import { StsAccessDenied, StsValidationError } from '../sts/refusals.ts';
import { type AssumedRole, startRoleSession } from '../sts/role-session.ts';
import type { PassedPolicies } from '../sts/session-policies.ts';
import { sessionTags, tagConditions, taggingActions } from '../sts/session-tags.ts';
import { findTrustedRole, type TrustedRole } from '../sts/trusted-role.ts';
import { checkClaims, claimKeys, type Subject } from './claims.ts';
import { readToken, verifyToken } from './read-token.ts';
import { InvalidIdentityToken } from './refusals.ts';
import { tokenTags } from './token-tags.ts';

export interface AssumeRoleWithWebIdentity extends PassedPolicies {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly token: string;
  readonly durationSeconds: number | undefined;
}

export interface WebIdentityRole extends AssumedRole, Subject {
  /** ARN of the provider that vouched. */
  readonly providerArn: string;
}

const ACTION = 'sts:AssumeRoleWithWebIdentity';

/**
 * Gives the bearer of a token of an OIDC provider a session of a role that trusts the provider for what the token says:
 * API_AssumeRoleWithWebIdentity. Whether there is such a role he learns only with a token that is good.
 *
 * @throws InvalidIdentityToken, IdpCommunicationError, WebIdentityExpired, StsAccessDenied, StsValidationError,
 *   PolicyMalformed, PackedPolicyTooLarge
 */
export async function assumeRoleWithWebIdentity(
  world: Pick<World, 'metadata' | 'secrets' | 'ids' | 'clock' | 'rules' | 'outbound' | 'log'>,
  request: RequestFacts,
  { roleArn, sessionName, token: text, durationSeconds, policy, policyArns }: AssumeRoleWithWebIdentity,
): Promise<WebIdentityRole> {
  if (parseIdentityArn(roleArn)?.type !== 'role') throw StsValidationError({ reason: `${roleArn} is invalid` });
  const token = await readToken(text);
  const provider = await findProvider(world, roleArn, token.issuer);
  const claims = await verifyToken(world, token);
  const clientIds = JSON.parse(provider.client_ids) as string[];
  const subject = checkClaims(claims, { now: world.clock.now(), clientIds });

  const given = tokenTags(claims);
  const wanted = { ...sessionTags(given, undefined), sourceIdentity: given.sourceIdentity };

  const role = await findTrustedRole(world, roleArn);
  // What the request itself says stands in front of what a provider calls by the same name.
  const context = withKeys(withKeys(new Map(), claimKeys(claims, provider.url)), [
    ...factsContext(request, world.clock.now()),
    ...tagConditions(given),
    ['aws:FederatedProvider', provider.arn],
    ['sts:RoleSessionName', sessionName],
    ...(durationSeconds === undefined ? [] : [['sts:DurationSeconds', String(durationSeconds)] as const]),
    ...(wanted.sourceIdentity === undefined ? [] : [['sts:SourceIdentity', wanted.sourceIdentity] as const]),
    ...(role?.tags ?? []).map(({ key, value }) => [`aws:ResourceTag/${key}`, value] as const),
  ]);
  const actions = [ACTION, ...taggingActions(wanted)];
  const refused = actions.find((action) => !role || !isTrusted(role, { action, providerArn: provider.arn, context }));
  if (!role || refused !== undefined) throw StsAccessDenied({ reason: `Not authorized to perform ${refused}` });

  const session = await startRoleSession(world, role, {
    name: sessionName,
    durationSeconds,
    policy,
    policyArns,
    ...wanted,
    federatedProvider: provider.arn,
    isChained: false,
  });
  return { ...session, ...subject, providerArn: provider.arn };
}

/** Whether the role's trust policy lets the provider's tokens do this. Nobody else's policies count. */
function isTrusted(
  { arn, account, trust }: TrustedRole,
  {
    action,
    providerArn,
    context,
  }: { readonly action: string; readonly providerArn: string; readonly context: Context },
): boolean {
  const asker = { kind: 'web-identity', account, arn: providerArn } as const;
  const request = { asker, action, resource: { arn, account }, context };
  return decide(request, { identity: [], resource: [trust] }).isAllowed;
}

/** The provider of the role's own account whose address is that of the issuer, to the letter. */
async function findProvider({ metadata }: Pick<World, 'metadata'>, roleArn: string, issuer: string) {
  const role = parseIdentityArn(roleArn);
  const url = issuer.slice('https://'.length);
  const provider =
    role &&
    (await metadata.read((tx) =>
      findOidcProvider(tx, role.account, `arn:${role.partition}:iam::${role.account}:oidc-provider/${url}`),
    ));
  if (!provider) {
    throw InvalidIdentityToken({ reason: `No OpenIDConnect provider found in your account for ${issuer}` });
  }
  return provider;
}
