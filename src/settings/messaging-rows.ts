import * as v from 'valibot';
import type { Row } from './row.ts';
import { natsServers, path, url } from './shapes.ts';

/** Services that carry events further: queues, and subjects. */
export const messagingRows = {
  sqsEndpoint: {
    what: 'Service whose queues events may be sent to; aws for Amazon SQS',
    allowed: 'aws, or an address that begins with http:// or https://',
    example: 'https://sqs.example.com',
    fallback: undefined,
    fallbackShown: 'events go to no queues',
    shape: v.union([v.literal('aws'), url]),
  },
  sqsAccessKeyId: {
    what: 'Access key id for queues',
    allowed: '3 to 128 characters without spaces',
    example: 'AKIAIOSFODNN7EXAMPLE',
    fallback: undefined,
    fallbackShown: 'what the AWS SDK finds',
    shape: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{3,128}$/)),
  },
  sqsSecretAccessKey: {
    what: 'Secret access key for queues',
    allowed: '1 to 256 characters without spaces',
    example: 'the secret that belongs to the access key id',
    fallback: undefined,
    fallbackShown: 'what the AWS SDK finds',
    shape: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,256}$/)),
    isSecret: true,
  },
  natsServers: {
    what: 'NATS servers on whose subjects events may be published; tls:// for an encrypted connection',
    allowed: 'addresses such as tls://host:port, separated by commas',
    example: 'tls://nats.example.com:4222',
    fallback: undefined,
    fallbackShown: 'events are published nowhere',
    shape: natsServers,
  },
  natsCredentialsFile: {
    what: 'File with the JWT and the seed of the NATS user that publishes, as nsc writes it',
    allowed: 'a path',
    example: '/etc/berth/nats.creds',
    fallback: undefined,
    shape: path,
  },
  natsUser: {
    what: 'Name of the NATS user that publishes, where it has no credentials file',
    allowed: '1 to 128 characters without spaces',
    example: 'berth',
    fallback: undefined,
    shape: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,128}$/)),
  },
  natsPassword: {
    what: 'Password of the NATS user, or the token where no user is named',
    allowed: '1 to 256 characters without spaces',
    example: 'the output of: openssl rand -base64 30',
    fallback: undefined,
    shape: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,256}$/)),
    isSecret: true,
  },
} as const satisfies Record<string, Row>;
