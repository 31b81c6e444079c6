import * as v from 'valibot';
import { rootKeyRows } from './root-key-rows.ts';
import type { Row } from './row.ts';
import { bucket, databaseUrl, path, redirect, url, wholeNumber } from './shapes.ts';

/** Where an installation keeps what it keeps, when that is not its data folder, and what its nodes share. */
export const storageRows = {
  database: {
    what: 'PostgreSQL database for any number of nodes, instead of SQLite in the data folder',
    allowed: 'an address that begins with postgres://',
    example: 'postgres://berth:PASSWORD@db.example.com/berth?sslmode=verify-full',
    fallback: undefined,
    fallbackShown: 'SQLite in the data folder',
    shape: databaseUrl,
    isSecret: true,
  },
  databaseConnections: {
    what: 'Connections that one process opens to PostgreSQL at most',
    allowed: 'a whole number from 2 to 500',
    example: '10',
    fallback: '10',
    shape: wholeNumber(2, 500),
  },
  storage: {
    what: 'S3 bucket for layers, with a prefix where it is not Berth’s alone, instead of files in the data folder',
    allowed: 'a bucket such as s3://bucket or s3://bucket/prefix',
    example: 's3://registry-layers/berth',
    fallback: undefined,
    fallbackShown: 'files in the data folder',
    shape: bucket,
  },
  s3Endpoint: {
    what: 'Address of an S3 that is not Amazon’s',
    allowed: 'an address that begins with http:// or https://',
    example: 'https://s3.example.com',
    fallback: undefined,
    fallbackShown: 'Amazon S3',
    shape: url,
  },
  s3Region: {
    what: 'Region of the bucket',
    allowed: 'a name of lower-case letters, digits and dashes',
    example: 'eu-central-1',
    fallback: undefined,
    fallbackShown: 'what the AWS SDK finds, us-east-1 with an endpoint',
    shape: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
  },
  s3AccessKeyId: {
    what: 'Access key id for S3',
    allowed: '3 to 128 characters without spaces',
    example: 'AKIAIOSFODNN7EXAMPLE',
    fallback: undefined,
    fallbackShown: 'what the AWS SDK finds',
    shape: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{3,128}$/)),
  },
  s3SecretAccessKey: {
    what: 'Secret access key for S3',
    allowed: '1 to 256 characters without spaces',
    example: 'the secret that belongs to the access key id',
    fallback: undefined,
    fallbackShown: 'what the AWS SDK finds',
    shape: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,256}$/)),
    isSecret: true,
  },
  s3CaFile: {
    what: 'PEM file of the authority that signed the certificate of S3, where the system does not know it',
    allowed: 'a path',
    example: '/etc/ssl/s3-authority.pem',
    fallback: undefined,
    shape: path,
  },
  s3Addressing: {
    what: 'Whether the bucket stands in the path or in the host name of S3 addresses',
    allowed: 'path or virtual',
    example: 'path',
    fallback: undefined,
    fallbackShown: 'path with an endpoint, virtual without',
    shape: v.picklist(['path', 'virtual']),
  },
  s3Redirect: {
    what: 'Whether pulls are sent to S3 itself, by signed addresses; an address where clients find S3 elsewhere than Berth does',
    allowed: 'off, on, or an address that begins with http:// or https://',
    example: 'on',
    fallback: 'off',
    shape: redirect,
  },
  encryption: {
    what: 'envelope: layers are sealed before they are stored; store: the storage encrypts those of repositories without a KMS key by itself, and pulls may be sent to it',
    allowed: 'envelope or store',
    example: 'envelope',
    fallback: 'envelope',
    shape: v.picklist(['envelope', 'store']),
  },
  ...rootKeyRows,
  workers: {
    what: 'Processes that serve on the one port, for machines with many cores; more than one needs PostgreSQL and S3',
    allowed: 'a whole number from 1 to 256',
    example: '4',
    fallback: '1',
    shape: wholeNumber(1, 256),
  },
  removalDelay: {
    what: 'Hours that the bytes of a layer stay after nothing needs it: how far back a database can be restored without losing layers',
    allowed: 'a whole number of hours from 0 to 8760',
    example: '168',
    fallback: '0',
    shape: wholeNumber(0, 8760),
  },
} as const satisfies Record<string, Row>;
