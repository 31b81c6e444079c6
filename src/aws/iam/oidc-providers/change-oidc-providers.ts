import { addClientId, removeClientId, setThumbprints } from '../../../identity/iam/oidc-providers.ts';
import type {
  AddClientIDToOpenIDConnectProviderRequest,
  RemoveClientIDFromOpenIDConnectProviderRequest,
  UpdateOpenIDConnectProviderThumbprintRequest,
} from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { onTarget } from '../on-target.ts';

const providerArn = (it: { readonly OpenIDConnectProviderArn: string }) => it.OpenIDConnectProviderArn;

export const AddClientIDToOpenIDConnectProvider = operation<AddClientIDToOpenIDConnectProviderRequest, void>({
  service: 'iam',
  name: 'AddClientIDToOpenIDConnectProvider',
  action: 'iam:AddClientIDToOpenIDConnectProvider',
  ...onTarget<AddClientIDToOpenIDConnectProviderRequest>('oidc-provider', providerArn),
  handle: (input, { world, principal }) => addClientId(world, principal.account, providerArn(input), input.ClientID),
});

export const RemoveClientIDFromOpenIDConnectProvider = operation<RemoveClientIDFromOpenIDConnectProviderRequest, void>({
  service: 'iam',
  name: 'RemoveClientIDFromOpenIDConnectProvider',
  action: 'iam:RemoveClientIDFromOpenIDConnectProvider',
  ...onTarget<RemoveClientIDFromOpenIDConnectProviderRequest>('oidc-provider', providerArn),
  handle: (input, { world, principal }) => removeClientId(world, principal.account, providerArn(input), input.ClientID),
});

/** Replaces all thumbprints. They are kept for those who ask and never looked at: the issuer's certificate is. */
export const UpdateOpenIDConnectProviderThumbprint = operation<UpdateOpenIDConnectProviderThumbprintRequest, void>({
  service: 'iam',
  name: 'UpdateOpenIDConnectProviderThumbprint',
  action: 'iam:UpdateOpenIDConnectProviderThumbprint',
  ...onTarget<UpdateOpenIDConnectProviderThumbprintRequest>('oidc-provider', providerArn),
  handle: (input, { world, principal }) =>
    setThumbprints(world, principal.account, providerArn(input), input.ThumbprintList),
});
