import { NotThere } from '../../identity/iam/refusals.ts';
import { getUser } from '../../identity/iam/users.ts';
import type {
  GetMFADeviceRequest,
  GetSAMLProviderRequest,
  GetServerCertificateRequest,
  GetSSHPublicKeyRequest,
} from '../model/iam.ts';
import { type Call, type Operation, operation } from '../operation.ts';
import { ON_WHOSE, whose } from './users/whose.ts';

/*
 * Kinds of things that IAM keeps and Berth does not: their lists are empty and none of them is found. Tools ask for them
 * before they delete a user, and when they look whether an account is in order.
 */

interface OfUser {
  readonly UserName?: string | undefined;
}

/** A list of things of a user, who must be there. */
function emptyListOfUser(name: string, list: string): Operation {
  return operation<OfUser, Record<string, unknown>>({
    service: 'iam',
    name,
    action: `iam:${name}`,
    ...ON_WHOSE,

    async handle(input, call: Call) {
      const userName = whose(input, call);
      if (userName !== undefined) await getUser(call.world, call.principal.account, userName);
      return { [list]: [], IsTruncated: false };
    },
  });
}

/** A list of things of the account. */
function emptyList(
  name: string,
  list: string,
  end: { readonly IsTruncated?: false } = { IsTruncated: false },
): Operation {
  return operation<Record<string, unknown>, Record<string, unknown>>({
    service: 'iam',
    name,
    action: `iam:${name}`,
    resource: () => '*',

    async handle() {
      return { [list]: [], ...end };
    },
  });
}

function notFound<In>(name: string, what: (input: In) => string): Operation {
  return operation<In, never>({
    service: 'iam',
    name,
    action: `iam:${name}`,
    resource: () => '*',

    async handle(input) {
      throw NotThere({ what: what(input) });
    },
  });
}

export const NOT_KEPT_OPERATIONS: readonly Operation[] = [
  emptyListOfUser('ListMFADevices', 'MFADevices'),
  emptyListOfUser('ListSSHPublicKeys', 'SSHPublicKeys'),
  emptyListOfUser('ListServiceSpecificCredentials', 'ServiceSpecificCredentials'),
  emptyListOfUser('ListSigningCertificates', 'Certificates'),
  emptyList('ListServerCertificates', 'ServerCertificateMetadataList'),
  emptyList('ListVirtualMFADevices', 'VirtualMFADevices'),
  emptyList('ListSAMLProviders', 'SAMLProviderList', {}),
  notFound<GetMFADeviceRequest>('GetMFADevice', (it) => `The MFA device with serial number ${it.SerialNumber}`),
  notFound<GetSAMLProviderRequest>('GetSAMLProvider', (it) => `The SAML provider ${it.SAMLProviderArn}`),
  notFound<GetSSHPublicKeyRequest>('GetSSHPublicKey', (it) => `The SSH public key with id ${it.SSHPublicKeyId}`),
  notFound<GetServerCertificateRequest>(
    'GetServerCertificate',
    (it) => `The Server Certificate with name ${it.ServerCertificateName}`,
  ),
];
