import { Unsupported } from '../../kms/refusals.ts';
import { ASKS_ITSELF, type Operation, operation } from '../operation.ts';

const NAMES = [
  'ConnectCustomKeyStore',
  'CreateCustomKeyStore',
  'DeleteCustomKeyStore',
  'DeleteImportedKeyMaterial',
  'DeriveSharedSecret',
  'DescribeCustomKeyStores',
  'DisconnectCustomKeyStore',
  'GetParametersForImport',
  'ImportKeyMaterial',
  'ReplicateKey',
  'UpdateCustomKeyStore',
  'UpdatePrimaryRegion',
] as const;

/** Operations of KMS that are not served: whoever calls one is told so, in KMS's own way. */
export const UNSUPPORTED: readonly Operation[] = NAMES.map((name) =>
  operation<unknown, void>({
    service: 'kms',
    name,
    action: ASKS_ITSELF,
    resource: () => '*',
    handle: async () => {
      throw Unsupported({ what: `${name} is not supported.` });
    },
  }),
);
