import * as v from 'valibot';
import type { Row } from './row.ts';
import { rootKey, url } from './shapes.ts';

const PROVIDERS = ['local', 'aws-kms', 'vault'] as const;

const providers = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').map((it) => it.trim())),
  v.array(v.picklist(PROVIDERS)),
  v.check((list) => list.length > 0 && new Set(list).size === list.length),
);

const keys = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').map((it) => it.trim())),
  v.array(rootKey),
);

const word = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,2048}$/));

/** What wraps the keys in the database: bytes that are here, or a key that somebody else keeps. */
export const rootKeyRows = {
  rootKey: {
    what: 'Key that the keys in the database are wrapped with; the same on every node',
    allowed: '32 bytes in Base64',
    example: 'the output of: openssl rand -base64 32',
    fallback: undefined,
    fallbackShown: 'root.key in the data folder, made on first start',
    shape: rootKey,
    isSecret: true,
  },
  previousRootKeys: {
    what: 'Root keys of before, separated by commas: they unwrap, until berth rotate-root-key has come to its end',
    allowed: 'keys of 32 bytes in Base64, separated by commas',
    example: 'the BERTH_ROOT_KEY of before',
    fallback: undefined,
    shape: keys,
    isSecret: true,
  },
  rootKeyProvider: {
    what: 'Where the root key is, separated by commas: the first wraps, all unwrap. local: here; aws-kms: a key of AWS KMS; vault: a key of Vault’s transit engine',
    allowed: 'a list of local, aws-kms and vault',
    example: 'aws-kms',
    fallback: 'local',
    shape: providers,
  },
  rootKmsKeyId: {
    what: 'Symmetric key of AWS KMS that is the root key: its ARN, or an alias',
    allowed: 'a key id, an ARN or an alias',
    example: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    fallback: undefined,
    shape: word,
  },
  rootKmsRegion: {
    what: 'Region of that key',
    allowed: 'a name of lower-case letters, digits and dashes',
    example: 'eu-central-1',
    fallback: undefined,
    fallbackShown: 'what the AWS SDK finds',
    shape: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
  },
  rootKmsEndpoint: {
    what: 'Address of a KMS that is not Amazon’s',
    allowed: 'an address that begins with http:// or https://',
    example: 'https://kms.example.com',
    fallback: undefined,
    fallbackShown: 'AWS KMS',
    shape: url,
  },
  rootKmsAccessKeyId: {
    what: 'Access key id for that KMS',
    allowed: '3 to 128 characters without spaces',
    example: 'AKIAIOSFODNN7EXAMPLE',
    fallback: undefined,
    fallbackShown: 'what the AWS SDK finds',
    shape: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{3,128}$/)),
  },
  rootKmsSecretAccessKey: {
    what: 'Secret access key for that KMS',
    allowed: '1 to 256 characters without spaces',
    example: 'the secret that belongs to the access key id',
    fallback: undefined,
    fallbackShown: 'what the AWS SDK finds',
    shape: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,256}$/)),
    isSecret: true,
  },
  rootVaultAddress: {
    what: 'Address of the Vault or OpenBao that has the root key',
    allowed: 'an address that begins with http:// or https://',
    example: 'https://vault.example.com:8200',
    fallback: undefined,
    shape: url,
  },
  rootVaultKey: {
    what: 'Key of its transit engine, with the mount in front; of the type aes256-gcm96',
    allowed: 'MOUNT/KEY',
    example: 'transit/berth',
    fallback: undefined,
    shape: v.pipe(v.string(), v.regex(/^[\w.-]+(?:\/[\w.-]+)*\/[\w.-]+$/)),
  },
  rootVaultNamespace: {
    what: 'Namespace of the engine',
    allowed: 'letters, digits, dashes and slashes',
    example: 'team/registry',
    fallback: undefined,
    shape: v.pipe(v.string(), v.regex(/^[\w./-]{1,256}$/)),
  },
  rootVaultToken: {
    what: 'Token that may encrypt and decrypt with the key, where no role is given',
    allowed: '1 to 2048 characters without spaces',
    example: 'the output of: vault token create -field=token -policy=berth -period=24h',
    fallback: undefined,
    shape: word,
    isSecret: true,
  },
  rootVaultRoleId: {
    what: 'Role of the AppRole login that may do so',
    allowed: '1 to 2048 characters without spaces',
    example: 'the output of: vault read -field=role_id auth/approle/role/berth/role-id',
    fallback: undefined,
    shape: word,
  },
  rootVaultSecretId: {
    what: 'Secret of that role',
    allowed: '1 to 2048 characters without spaces',
    example: 'the output of: vault write -f -field=secret_id auth/approle/role/berth/secret-id',
    fallback: undefined,
    shape: word,
    isSecret: true,
  },
} as const satisfies Record<string, Row>;
