import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { getCACertificates } from 'node:tls';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { LARGE_READS } from './large-reads.ts';
import { retryBudget } from './retry-budget.ts';

const CONNECT_MS = 3_000;
/** A download holds a connection for as long as its client takes, so there must be more of them than of clients. */
const MOST_CONNECTIONS = 1_024;
/** Bodies from this size on are not hashed for the signature: their own checksums are signed instead. */
const UNSIGNED_FROM = 64 * 1024;

export interface Access {
  /** Undefined: Amazon S3. */
  readonly endpoint?: string;
  /** Undefined: what the SDK finds; with an endpoint, which mostly does not care, us-east-1. */
  readonly region?: string;
  /** Undefined: the SDK's own chain (environment, files, roles of instance and pod). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** PEM of authorities that are trusted besides those of the system. */
  readonly caFile?: string;
  /** Whether the bucket stands in the path of addresses or in their host name. */
  readonly addressing: 'path' | 'virtual';
}

/** @throws when `caFile` cannot be read */
export function connect(access: Access): S3Client {
  const client = new S3Client({
    ...addressed(access),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECT_MS,
      throwOnRequestTimeout: true,
      httpAgent: new HttpAgent({ keepAlive: true, maxSockets: MOST_CONNECTIONS, ...LARGE_READS }),
      httpsAgent: new HttpsAgent({
        keepAlive: true,
        maxSockets: MOST_CONNECTIONS,
        ...LARGE_READS,
        ...trusting(access.caFile),
      }),
    }),
    retryStrategy: retryBudget(),
    // Which checksums a store verifies is found out; the SDK's own, sent behind a body, are refused by some.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Asking before each body costs a round trip, and with this SDK a new connection.
    expectContinueHeader: false,
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      if (hasLargeBody(args.request)) args.request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      return next(args);
    },
    { step: 'build', name: 'leaveLargeBodiesUnsigned' },
  );
  return client;
}

function addressed({ endpoint, region, credentials, addressing }: Access): S3ClientConfig {
  const known = region ?? (endpoint === undefined ? undefined : 'us-east-1');
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(known !== undefined && { region: known }),
    ...(credentials !== undefined && { credentials }),
    forcePathStyle: addressing === 'path',
  };
}

function trusting(caFile: string | undefined): { ca?: string[] } {
  if (caFile === undefined) return {};
  return { ca: [...getCACertificates('default'), readFileSync(caFile, 'utf8')] };
}

function hasLargeBody(request: unknown): request is { headers: Record<string, string> } {
  if (typeof request !== 'object' || request === null || !('body' in request)) return false;
  return request.body instanceof Uint8Array && request.body.length >= UNSIGNED_FROM;
}
