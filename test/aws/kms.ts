import { KMS } from '@aws-sdk/client-kms';
import type { TestBerth } from '../berth.ts';
import type { Credentials } from '../identity.ts';

/** The AWS SDK's client of a Berth's KMS, as its root unless said otherwise. It asks once: a refusal is what is tested. */
export function kmsClient(
  berth: TestBerth,
  credentials: Credentials = berth,
  region: string = berth.registry.region,
): KMS {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return new KMS({
    endpoint: berth.url,
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    maxAttempts: 1,
    // It signs with the Berth's time, wherever the test has moved that; after a refusal a client goes by the machine's.
    systemClockOffset: berth.world.clock.now().getTime() - Date.now(),
  });
}

/** A new key; its id and ARN. */
export async function newKey(
  kms: KMS,
  input: Parameters<KMS['createKey']>[0] = {},
): Promise<{ readonly id: string; readonly arn: string }> {
  const { KeyMetadata } = await kms.createKey({ ...input });
  return { id: KeyMetadata?.KeyId ?? '', arn: KeyMetadata?.Arn ?? '' };
}
