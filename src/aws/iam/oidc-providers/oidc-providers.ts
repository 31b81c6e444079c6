import { iamPartition } from '../../../identity/iam/iam.ts';
import {
  createOidcProvider,
  deleteOidcProvider,
  getOidcProvider,
  listOidcProviders,
} from '../../../identity/iam/oidc-providers.ts';
import { oidcProviderArn, parseIssuerUrl } from '../../../values/oidc-provider-arn.ts';
import type {
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse,
  DeleteOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderResponse,
  ListOpenIDConnectProvidersRequest,
  ListOpenIDConnectProvidersResponse,
} from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { onTarget, requestTags } from '../on-target.ts';

const providerArn = (it: { readonly OpenIDConnectProviderArn: string }) => it.OpenIDConnectProviderArn;

/** Makes an issuer known whose tokens roles may trust. API_CreateOpenIDConnectProvider. */
export const CreateOpenIDConnectProvider = operation<
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse
>({
  service: 'iam',
  name: 'CreateOpenIDConnectProvider',
  action: 'iam:CreateOpenIDConnectProvider',
  furtherActions: ({ Tags = [] }) => (Tags.length > 0 ? ['iam:TagOpenIDConnectProvider'] : []),
  resource: ({ Url }, { world, principal }) =>
    oidcProviderArn(iamPartition(world), principal.account, parseIssuerUrl(Url) ?? Url),
  conditions: ({ Tags }) => requestTags(Tags),

  async handle(input, { world, principal }) {
    const { arn, tags } = await createOidcProvider(world, principal.account, {
      url: input.Url,
      clientIds: input.ClientIDList,
      thumbprints: input.ThumbprintList,
      tags: input.Tags,
    });
    return { OpenIDConnectProviderArn: arn, ...(tags.length > 0 && { Tags: tags }) };
  },
});

export const GetOpenIDConnectProvider = operation<GetOpenIDConnectProviderRequest, GetOpenIDConnectProviderResponse>({
  service: 'iam',
  name: 'GetOpenIDConnectProvider',
  action: 'iam:GetOpenIDConnectProvider',
  ...onTarget<GetOpenIDConnectProviderRequest>('oidc-provider', providerArn),

  async handle(input, { world, principal }) {
    const provider = await getOidcProvider(world, principal.account, providerArn(input));
    return {
      Url: provider.url,
      ClientIDList: provider.clientIds,
      ThumbprintList: provider.thumbprints,
      CreateDate: provider.createdAt,
      Tags: provider.tags,
    };
  },
});

export const DeleteOpenIDConnectProvider = operation<DeleteOpenIDConnectProviderRequest, void>({
  service: 'iam',
  name: 'DeleteOpenIDConnectProvider',
  action: 'iam:DeleteOpenIDConnectProvider',
  ...onTarget<DeleteOpenIDConnectProviderRequest>('oidc-provider', providerArn),
  handle: (input, { world, principal }) => deleteOidcProvider(world, principal.account, providerArn(input)),
});

export const ListOpenIDConnectProviders = operation<
  ListOpenIDConnectProvidersRequest,
  ListOpenIDConnectProvidersResponse
>({
  service: 'iam',
  name: 'ListOpenIDConnectProviders',
  action: 'iam:ListOpenIDConnectProviders',
  resource: (_, { world, principal }) => oidcProviderArn(iamPartition(world), principal.account, ''),

  async handle(_, { world, principal }) {
    const arns = await listOidcProviders(world, principal.account);
    return { OpenIDConnectProviderList: arns.map((Arn) => ({ Arn })) };
  },
});
