import { createHash } from 'node:crypto';
import { findKeyById } from '../kms/find-key.ts';
import { mustBeEnabled } from '../kms/key-state.ts';
import { sign } from '../kms/sign.ts';
import type { Using } from '../kms/use-key.ts';
import type { ProfileName } from '../values/signer-arn.ts';
import { PAYLOAD_TYPE, signEnvelope } from './envelope.ts';
import { joseSignature } from './jose-signature.ts';
import { getProfile } from './profiles.ts';
import { SignerInvalid } from './refusals.ts';
import { endOfValidity } from './validity.ts';

export interface SignedPayload {
  readonly envelope: Buffer;
  /** SHA-256 of each certificate, in hex, the signer's own first. */
  readonly thumbprints: readonly string[];
}

const P384_BYTES = 48;

/**
 * Signs a payload of the Notary Project with a profile's key. Who may is for the caller to ask. API_SignPayload.
 *
 * @throws SignerResourceNotFound, SignerInvalid for a profile that was canceled and for another format; the refusals of KMS
 */
export async function signPayload(
  world: Using,
  profileName: ProfileName,
  { payload, format }: { readonly payload: Uint8Array; readonly format: string },
): Promise<SignedPayload> {
  if (format !== PAYLOAD_TYPE) {
    throw SignerInvalid({ what: `The payload format ${format} is not supported. Use ${PAYLOAD_TYPE}.` });
  }
  const profile = await getProfile(world, profileName);
  if (profile.status !== 'Active') throw SignerInvalid({ what: `Signing profile ${profile.name} is canceled.` });
  const key = await findKeyById(world, profile.keyId);
  if (!key) throw new Error(`The key of the signing profile ${profile.name} is gone.`);
  mustBeEnabled(key.row);
  const signedAt = world.clock.now();
  const envelope = await signEnvelope({
    payload,
    signedAt,
    expiresAt: endOfValidity(signedAt, profile.validity),
    chain: profile.chain,
    sign: async (message) => {
      const der = await sign(world, key, { message, type: 'RAW', algorithm: 'ECDSA_SHA_384' });
      return joseSignature(der, P384_BYTES);
    },
  });
  return { envelope, thumbprints: thumbprintsOf(profile.chain) };
}

/** SHA-256 of each certificate, in hex. */
export function thumbprintsOf(chain: readonly Uint8Array[]): readonly string[] {
  return chain.map((it) => createHash('sha256').update(it).digest('hex'));
}
