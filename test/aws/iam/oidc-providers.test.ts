import type { IAM } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { getOidcProvider } from '../../../src/identity/iam/oidc-providers.ts';
import { startBerth, type TestBerth } from '../../berth.ts';
import { account } from '../../identity.ts';
import { sharedBerth } from '../../shared-berth.ts';
import { refused } from '../client.ts';
import { iamClient } from './client.ts';

const THUMB = 'a'.repeat(40);

const shared = sharedBerth();
let berth: TestBerth;
let iam: IAM;
beforeEach(async () => {
  berth = await shared.account();
  iam = iamClient(berth);
});

async function create(Url: string): Promise<string> {
  return (await iam.createOpenIDConnectProvider({ Url })).OpenIDConnectProviderArn ?? '';
}

describe('an OIDC provider', () => {
  test('is known by host and path of its issuer, the host in lower case', async () => {
    const made = await iam.createOpenIDConnectProvider({
      Url: 'https://Issuer.Example.com/Path/x',
      ClientIDList: ['sts.amazonaws.com', 'other', 'other'],
      ThumbprintList: [THUMB],
      Tags: [{ Key: 'k', Value: 'v' }],
    });

    const arn = `arn:aws:iam::${berth.registry.account}:oidc-provider/issuer.example.com/Path/x`;
    expect(made).toMatchObject({ OpenIDConnectProviderArn: arn, Tags: [{ Key: 'k', Value: 'v' }] });
    expect(await iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: arn })).toMatchObject({
      Url: 'issuer.example.com/Path/x',
      ClientIDList: ['sts.amazonaws.com', 'other'],
      ThumbprintList: [THUMB],
      CreateDate: expect.any(Date),
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    expect((await iam.listOpenIDConnectProviders()).OpenIDConnectProviderList).toEqual([{ Arn: arn }]);
  });

  test('needs no thumbprint, and shows the 40 digits that clients expect', async () => {
    const arn = await create('https://a.example.com');

    const { ThumbprintList, ClientIDList } = await iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: arn });

    expect(ThumbprintList).toEqual(['0'.repeat(40)]);
    expect(ClientIDList).toEqual([]);
  });

  test.each([
    'http://a.example.com',
    'a.example.com',
    'https://a.example.com/?x=1',
    'https://a.example.com/#x',
    'https://user@a.example.com',
    'https:///path',
  ])('is not made of %s', async (Url) => {
    await expect(create(Url)).rejects.toEqual(refused('ValidationError', 'Invalid Open ID Connect Provider URL'));
  });

  test('may have a port, unless it shall be as with AWS', async () => {
    const withPort = (of: IAM) => of.createOpenIDConnectProvider({ Url: 'https://a.example.com:8443/x' });
    const strict = await startBerth({ settings: { fidelity: 'aws-strict' } });
    onTestFinished(() => strict.stop());

    const made = await withPort(iam);

    expect(made.OpenIDConnectProviderArn).toBe(
      `arn:aws:iam::${berth.registry.account}:oidc-provider/a.example.com:8443/x`,
    );
    await expect(withPort(iamClient(strict))).rejects.toEqual(
      refused('ValidationError', 'Invalid Open ID Connect Provider URL'),
    );
  });

  test('is the only one of its issuer in the account, and there are a hundred at most', async () => {
    await berth.world.metadata.write(async (tx) => {
      const rows = Array.from({ length: 100 }, (_, at) => ({
        arn: `arn:aws:iam::${berth.registry.account}:oidc-provider/i${at}.example.com`,
        account: berth.registry.account,
        url: `i${at}.example.com`,
        client_ids: '[]',
        thumbprints: '[]',
        created_at: 0,
      }));
      await tx.insertInto('iam_oidc_providers').values(rows).execute();
    });

    await expect(create('https://I7.example.com')).rejects.toEqual(
      refused('EntityAlreadyExistsException', 'Provider with url https://I7.example.com already exists.'),
    );
    await expect(create('https://more.example.com')).rejects.toEqual(
      refused('LimitExceededException', 'Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100'),
    );
    const other = iamClient(berth, await account(berth));
    await other.createOpenIDConnectProvider({ Url: 'https://i7.example.com' });
  });

  test('has up to a hundred audiences, each once, and up to five thumbprints', async () => {
    const OpenIDConnectProviderArn = await create('https://a.example.com');
    await berth.world.metadata.write(async (tx) => {
      const ids = JSON.stringify(Array.from({ length: 99 }, (_, at) => `c${at}`));
      await tx.updateTable('iam_oidc_providers').set({ client_ids: ids }).execute();
    });
    const add = (ClientID: string) => iam.addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID });

    await add('last');
    await add('last');

    await expect(add('more')).rejects.toEqual(
      refused('LimitExceededException', 'Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100'),
    );
    await iam.removeClientIDFromOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID: 'last' });
    await iam.removeClientIDFromOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID: 'last' });
    const set = (ThumbprintList: string[]) =>
      iam.updateOpenIDConnectProviderThumbprint({ OpenIDConnectProviderArn, ThumbprintList });
    await set(Array.from({ length: 5 }, () => THUMB));
    await expect(set(Array.from({ length: 6 }, () => THUMB))).rejects.toEqual(
      refused('InvalidInputException', 'Thumbprint list must contain no more than 5 entries.'),
    );
    await expect(set(['z'.repeat(40)])).rejects.toEqual(refused('InvalidInputException', /hexadecimal/));
    const read = await iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn });
    expect(read.ClientIDList).toHaveLength(99);
    expect(read.ThumbprintList).toHaveLength(5);
  });

  test('of another account, or one that is gone, is not found', async () => {
    const arn = await create('https://a.example.com');
    const other = iamClient(berth, await account(berth));

    await iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: arn });
    await iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: arn });

    const missing = refused('NoSuchEntityException', `OpenIDConnect Provider not found for arn ${arn}`);
    await expect(iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: arn })).rejects.toEqual(missing);
    await expect(
      iam.addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn: arn, ClientID: 'x' }),
    ).rejects.toEqual(missing);
    await create('https://a.example.com');
    await expect(other.getOpenIDConnectProvider({ OpenIDConnectProviderArn: arn })).rejects.toEqual(
      refused('AccessDenied', /iam:GetOpenIDConnectProvider/),
    );
    // Whatever the door says, the ARN of another account is not that of a provider of one's own.
    await expect(getOidcProvider(berth.world, '210987654321', arn)).rejects.toThrow('not found for arn');
  });
});
