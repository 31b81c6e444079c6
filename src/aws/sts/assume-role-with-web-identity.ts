import { InvalidParameterValue } from '../../identity/sts/refusals.ts';
import { assumeRoleWithWebIdentity } from '../../identity/web-identity/assume-role.ts';
import { parseIdentityArn } from '../../values/identity-arn.ts';
import type { AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse } from '../model/sts.ts';
import { unsignedOperation } from '../operation.ts';
import { describeRole, passedBy } from './describe-credentials.ts';

/** Gives temporary credentials of a role to the bearer of a token of an OIDC provider. API_AssumeRoleWithWebIdentity. */
export const AssumeRoleWithWebIdentity = unsignedOperation<
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse
>({
  service: 'sts',
  name: 'AssumeRoleWithWebIdentity',

  async handle(input, { world, request, act }) {
    // It names providers of access tokens that are no JWT: none of them is known here.
    if (input.ProviderId !== undefined) {
      throw InvalidParameterValue({ reason: `Unknown provider: ${input.ProviderId}` });
    }
    const role = await assumeRoleWithWebIdentity(world, request, {
      ...passedBy(input),
      roleArn: input.RoleArn,
      sessionName: input.RoleSessionName,
      token: input.WebIdentityToken,
      durationSeconds: input.DurationSeconds,
    });
    act.resources = [input.RoleArn];
    act.webIdentity = {
      account: parseIdentityArn(input.RoleArn)?.account ?? '',
      providerArn: role.providerArn,
      audience: role.audience,
      subject: role.subject,
    };
    return {
      ...describeRole(role),
      SubjectFromWebIdentityToken: role.subject,
      Provider: role.providerArn,
      Audience: role.audience,
    };
  },
});
