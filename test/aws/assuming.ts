import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  type AssumeRoleCommandOutput,
  GetCallerIdentityCommand,
  type GetCallerIdentityCommandOutput,
} from '@aws-sdk/client-sts';
import type { TestBerth } from '../berth.ts';
import { type Credentials, role, session, type TestRole, type TestUser, user } from '../identity.ts';
import { setTrust, stsClient, trust } from './sts.ts';

/** What tests of AssumeRole have in common, on whichever Berth is the test's own. */
export function assuming(berthOfTest: () => TestBerth) {
  return {
    /** A role, and a user whom it trusts. */
    async trusted(
      options: { readonly path?: string; readonly policies?: object[] } = {},
    ): Promise<{ alice: TestUser; dev: TestRole }> {
      const berth = berthOfTest();
      const alice = await user(berth, { name: 'alice' });
      const dev = await role(berth, { name: 'dev', ...options });
      await setTrust(berth, dev, trust(alice.arn));
      return { alice, dev };
    },

    assume(
      as: Credentials,
      { arn }: Pick<TestRole, 'arn'>,
      input: Partial<AssumeRoleCommandInput> = {},
    ): Promise<AssumeRoleCommandOutput> {
      const command = new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 's1', ...input });
      return stsClient(berthOfTest(), as).send(command);
    },

    /** A session of one role, and a second role that trusts it for all that a chain may hand on. */
    async chain(
      given: Parameters<typeof session>[2] = {},
    ): Promise<{ first: TestRole; dev: TestRole; chained: Credentials }> {
      const berth = berthOfTest();
      const first = await role(berth, { name: 'first' });
      const dev = await role(berth, { name: 'second' });
      const actions = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
      await setTrust(berth, dev, trust(first.arn, { actions }));
      return { first, dev, chained: session(berth, first, given) };
    },

    whoIs(as: Credentials): Promise<GetCallerIdentityCommandOutput> {
      return stsClient(berthOfTest(), as).send(new GetCallerIdentityCommand({}));
    },

    /** What a denial says that ends so. */
    may(ending: string, action = 'sts:AssumeRole'): RegExp {
      return new RegExp(`is not authorized to perform: ${action} .*${ending}$`);
    },
  };
}
