import { IAM } from '@aws-sdk/client-iam';
import type { TestBerth } from '../../berth.ts';
import type { Caller } from '../client.ts';

/** The SDK's client of a Berth's IAM, as its root unless said otherwise. It asks once: a refusal is what is tested. */
export function iamClient(berth: TestBerth, { accessKeyId, secretAccessKey, sessionToken }: Caller = berth): IAM {
  return new IAM({
    endpoint: berth.url,
    region: berth.registry.region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    maxAttempts: 1,
  });
}

/** A document with one statement that allows. */
export function allows(action: string | readonly string[], resource = '*'): string {
  return policy({ Effect: 'Allow', Action: action, Resource: resource });
}

export function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** A trust policy for a principal. */
export function trusts(principal: object | string, condition?: object): string {
  const action =
    typeof principal === 'object' && 'Federated' in principal ? 'sts:AssumeRoleWithWebIdentity' : 'sts:AssumeRole';
  return policy({
    Effect: 'Allow',
    Principal: principal,
    Action: action,
    ...(condition !== undefined && { Condition: condition }),
  });
}
