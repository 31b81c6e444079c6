import { ECRClient, type ECRServiceException, PutImageCommand } from '@aws-sdk/client-ecr';
import { expect } from 'vitest';
import type { Manifest } from '../../src/registry/parse-manifest.ts';
import type { TestBerth } from '../berth.ts';

export interface Caller {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
}

/** The AWS SDK's client of a Berth, as its root unless said otherwise. It asks once: a refusal is what is tested. */
export function ecrClient(
  berth: TestBerth,
  { credentials = berth, region = berth.registry.region }: ClientOptions = {},
) {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return new ECRClient({
    endpoint: berth.url,
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    maxAttempts: 1,
  });
}

interface ClientOptions {
  readonly credentials?: Caller;
  readonly region?: string;
}

/** What the SDK makes of a refusal: its class by the code, its text, its members. */
export function refused(code: string, message: string | RegExp, members: Record<string, unknown> = {}) {
  return expect.objectContaining({
    name: code,
    message: typeof message === 'string' ? message : expect.stringMatching(message),
    ...members,
  } satisfies Partial<Record<keyof ECRServiceException, unknown>>);
}

/** Pushes an image to the repository `app`, under each of the tags; its layers must be there. */
export async function pushImage(ecr: ECRClient, manifest: Manifest, ...tags: string[]): Promise<void> {
  const imageManifest = manifest.bytes.toString('utf8');
  for (const imageTag of tags.length > 0 ? tags : [undefined]) {
    await ecr.send(new PutImageCommand({ repositoryName: 'app', imageManifest, imageTag }));
  }
}
