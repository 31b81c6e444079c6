import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../../policy/parse.ts';
import { checkSharedIssuers } from './shared-issuers.ts';

const GITHUB = 'token.actions.githubusercontent.com';

function trust(issuer: string, Condition?: object, Effect = 'Allow') {
  const Federated = `arn:aws:iam::123456789012:oidc-provider/${issuer}`;
  const statement = { Effect, Principal: { Federated }, Action: 'sts:AssumeRoleWithWebIdentity' };
  const Statement = [{ ...statement, ...(Condition && { Condition }) }];
  return () => checkSharedIssuers(parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), 'trust'));
}

describe('a trust policy for an issuer that many share', () => {
  test.each([
    [{ StringEquals: { [`${GITHUB}:sub`]: 'repo:acme/app:ref:refs/heads/main' } }],
    [{ StringLike: { [`${GITHUB}:sub`]: ['repo:acme/*', 'repo:other/*'] } }],
    [{ StringEqualsIgnoreCase: { [`${GITHUB.toUpperCase()}:SUB`]: 'repo:acme/app' } }],
    [{ 'ForAnyValue:StringLike': { [`${GITHUB}:sub`]: 'repo:acme/*' } }],
    [{ StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com', [`${GITHUB}:sub`]: 'repo:acme/app' } }],
  ])('is narrow with %j', (condition) => {
    expect(trust(GITHUB, condition)).not.toThrow();
  });

  test.each([
    [undefined],
    [{ StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com' } }],
    [{ StringLike: { [`${GITHUB}:sub`]: '*' } }],
    [{ StringLike: { [`${GITHUB}:sub`]: ['repo:acme/*', '**?'] } }],
    [{ StringNotEquals: { [`${GITHUB}:sub`]: 'repo:evil/app' } }],
    [{ StringLikeIfExists: { [`${GITHUB}:sub`]: 'repo:acme/*' } }],
    [{ Null: { [`${GITHUB}:sub`]: 'false' } }],
    [{ StringEquals: { 'gitlab.com:sub': 'x' } }],
  ])('is open with %j', (condition) => {
    expect(trust(GITHUB, condition)).toThrow(`must have a condition on ${GITHUB}:sub`);
  });

  test('asks Vercel and Pulumi for the audience', () => {
    const ofAudience = { StringEquals: { 'oidc.vercel.com:aud': 'https://vercel.com/acme' } };

    expect(trust('oidc.vercel.com', ofAudience)).not.toThrow();
    expect(trust('api.pulumi.com/oidc')).toThrow('api.pulumi.com/oidc:aud');
  });

  test('may deny without conditions, and own issuers need none', () => {
    expect(trust(GITHUB, undefined, 'Deny')).not.toThrow();
    expect(trust('oidc.eks.eu-west-1.amazonaws.com/id/ABC')).not.toThrow();
  });
});
