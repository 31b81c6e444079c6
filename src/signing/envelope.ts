/** The media type of what is signed. */
export const PAYLOAD_TYPE = 'application/vnd.cncf.notary.payload.v1+json';
/** The media type of an envelope. */
export const ENVELOPE_TYPE = 'application/jose+json';

export interface EnvelopeParts {
  /** The bytes that are signed. */
  readonly payload: Uint8Array;
  readonly signedAt: Date;
  readonly expiresAt: Date;
  /** DER, the signer's own certificate first, the authority's last. */
  readonly chain: readonly Uint8Array[];
  /** Signs with ECDSA on P-384 and SHA-384; answers the two numbers, 96 bytes. */
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>;
}

const SCHEME = 'io.cncf.notary.signingScheme';
const SIGNED_AT = 'io.cncf.notary.authenticSigningTime';
const EXPIRES_AT = 'io.cncf.notary.expiry';

/**
 * A signature in the Notary Project's JWS envelope (notaryproject/specifications, "signature-envelope-jws"): a JWS in
 * flattened JSON. The scheme is that of a signing authority, whose word is taken for the time of signing, so that what
 * was signed stays good behind the end of the certificates.
 */
export async function signEnvelope({ payload, signedAt, expiresAt, chain, sign }: EnvelopeParts): Promise<Buffer> {
  const header = {
    alg: 'ES384',
    crit: [SCHEME, SIGNED_AT, EXPIRES_AT],
    cty: PAYLOAD_TYPE,
    [SIGNED_AT]: inSeconds(signedAt),
    [EXPIRES_AT]: inSeconds(expiresAt),
    [SCHEME]: 'notary.x509.signingAuthority',
  };
  const encodedHeader = base64url(Buffer.from(JSON.stringify(header)));
  const encodedPayload = base64url(payload);
  const signature = await sign(Buffer.from(`${encodedHeader}.${encodedPayload}`));
  const envelope = {
    payload: encodedPayload,
    protected: encodedHeader,
    header: { x5c: chain.map((it) => Buffer.from(it).toString('base64')), 'io.cncf.notary.signingAgent': 'Berth' },
    signature: base64url(signature),
  };
  return Buffer.from(JSON.stringify(envelope));
}

/** RFC 3339 without a fraction, as the specification has it. */
function inSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
