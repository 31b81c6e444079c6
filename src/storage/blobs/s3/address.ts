import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type Access, connect } from './client.ts';

/**
 * An address is signed as of so long before it expires, so that the clock of whoever asks for it is all that counts.
 * A store takes it from then on: nobody should ask for one that lives longer.
 */
const LIFE_MS = 12 * 3_600_000;

/** Signs addresses of objects for clients, at the endpoint where they find the store. */
export interface Addresses {
  of(name: string, expiresAt: Date): Promise<string>;
  close(): void;
}

export function signedAddresses(access: Access, bucket: string): Addresses {
  const client = connect(access);
  return {
    of: (Key, expiresAt) =>
      getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key }), {
        signingDate: new Date(expiresAt.getTime() - LIFE_MS),
        expiresIn: LIFE_MS / 1000,
      }),
    close: () => client.destroy(),
  };
}
