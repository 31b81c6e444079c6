import { KMS } from '@aws-sdk/client-kms';
import type { RootKey } from '../../world.ts';
import { marksOf } from './marked.ts';
import { NotWrappedHere } from './not-wrapped-here.ts';

const KIND = 2;
const TIMEOUT_MS = 10_000;

export interface AwsKmsKey {
  readonly keyId: string;
  readonly region?: string | undefined;
  /** Of a KMS that is not Amazon's. */
  readonly endpoint?: string | undefined;
  /** Without, what the SDK finds. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/**
 * A key of AWS KMS as root key: it never leaves there, and each wrapping is a call of Encrypt or Decrypt with what is
 * wrapped in the encryption context, so that CloudTrail shows it and key policies can ask for it. The SDK tries again
 * what may pass.
 */
export function awsKmsRootKey({ keyId, region, endpoint, credentials }: AwsKmsKey): RootKey & { close(): void } {
  const kms = new KMS({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials && { credentials }),
    requestHandler: { requestTimeout: TIMEOUT_MS, connectionTimeout: TIMEOUT_MS },
  });
  const marks = marksOf(KIND, keyId);
  const contextOf = (context: string) => ({ 'berth:object': context });

  return {
    async wrap(plaintext, context) {
      const EncryptionContext = contextOf(context);
      const { CiphertextBlob } = await kms.encrypt({ KeyId: keyId, Plaintext: plaintext, EncryptionContext });
      if (!CiphertextBlob) throw new Error('KMS answered Encrypt without a ciphertext.');
      return marks.put(Buffer.from(CiphertextBlob));
    },
    async unwrap(wrapped, context) {
      const CiphertextBlob = marks.take(wrapped);
      if (!CiphertextBlob) throw new NotWrappedHere();
      const EncryptionContext = contextOf(context);
      const { Plaintext } = await kms.decrypt({ KeyId: keyId, CiphertextBlob, EncryptionContext });
      if (!Plaintext) throw new Error('KMS answered Decrypt without a plaintext.');
      return Buffer.from(Plaintext);
    },
    isCurrent: (wrapped) => marks.take(wrapped) !== undefined,
    close: () => kms.destroy(),
  };
}
