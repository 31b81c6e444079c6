import { STSClient } from '@aws-sdk/client-sts';
import { updateTrustPolicy } from '../../src/identity/iam/roles.ts';
import type { TestBerth } from '../berth.ts';
import type { Credentials, TestRole } from '../identity.ts';

/** The AWS SDK's client of STS, as the Berth's root unless said otherwise. It asks once: a refusal is what is tested. */
export function stsClient(berth: TestBerth, credentials: Credentials = berth): STSClient {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return new STSClient({
    endpoint: berth.url,
    region: berth.registry.region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    maxAttempts: 1,
    // It signs with the Berth's time, wherever the test has moved that.
    systemClockOffset: berth.world.clock.now().getTime() - Date.now(),
  });
}

/** What an answer of STS gives to sign with. */
export function credentialsOf({
  Credentials: given,
}: {
  readonly Credentials?:
    | {
        readonly AccessKeyId: string | undefined;
        readonly SecretAccessKey: string | undefined;
        readonly SessionToken: string | undefined;
      }
    | undefined;
}): Required<Credentials> {
  const {
    AccessKeyId: accessKeyId = '',
    SecretAccessKey: secretAccessKey = '',
    SessionToken: sessionToken = '',
  } = given ?? {};
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** A statement that lets `who` have sessions of a role. */
export function trust(
  who: string | readonly string[],
  { actions = ['sts:AssumeRole'], condition }: { readonly actions?: string[]; readonly condition?: object } = {},
): object {
  const statement = { Effect: 'Allow', Principal: { AWS: who }, Action: actions };
  return {
    Version: '2012-10-17',
    Statement: [{ ...statement, ...(condition !== undefined && { Condition: condition }) }],
  };
}

/** Saves a trust policy as UpdateAssumeRolePolicy does, with the ids of those whom it names. */
export async function setTrust(berth: TestBerth, { account, name }: TestRole, document: object): Promise<void> {
  await updateTrustPolicy(berth.world, account, name, JSON.stringify(document));
}
