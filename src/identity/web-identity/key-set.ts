import type { JWK } from 'jose';

/** What AWS verifies with: RSA and ECDSA. Neither `none`, nor a secret that the verifier would have to know. */
export const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'] as const;

export type Algorithm = (typeof ALGORITHMS)[number];

const CURVES: Readonly<Partial<Record<Algorithm, string>>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

const KEYS_AT_MOST = 100;
const RSA_BITS_AT_LEAST = 2_048;

/** The keys of an issuer that may sign; each has its public part alone. */
export type KeySet = readonly JWK[];

/**
 * The keys in a document of RFC 7517, without those that are no good for signatures of ours: they do not matter. Undefined
 * when it is no such document, or one that is far too long.
 */
export function readKeySet(document: unknown): KeySet | undefined {
  if (!isObject(document) || !Array.isArray(document['keys'])) return undefined;
  const keys: readonly unknown[] = document['keys'];
  return keys.length > KEYS_AT_MOST ? undefined : keys.flatMap((it) => publicKey(it) ?? []);
}

/**
 * The key that a token names. A token that names none is of the only key that there is: OpenID Connect Core 1.0,
 * section 10.1.
 */
export function keyFor(
  keys: KeySet,
  { kid, alg }: { readonly kid: string | undefined; readonly alg: Algorithm },
): JWK | undefined {
  const fit = keys.filter((it) => fits(it, alg));
  if (kid !== undefined) return fit.find((it) => it.kid === kid);
  return keys.length === 1 ? fit[0] : undefined;
}

function fits(key: JWK, alg: Algorithm): boolean {
  if (key.alg !== undefined && key.alg !== alg) return false;
  const curve = CURVES[alg];
  return curve === undefined ? key.kty === 'RSA' : key.kty === 'EC' && key.crv === curve;
}

function publicKey(key: unknown): JWK | undefined {
  if (!isObject(key)) return undefined;
  const { use, key_ops: operations } = key;
  if (use !== undefined && use !== 'sig') return undefined;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return undefined;
  const text = (name: string) => (typeof key[name] === 'string' ? key[name] : undefined);
  const [kid, alg] = [text('kid'), text('alg')];
  const named = { ...(kid !== undefined && { kid }), ...(alg !== undefined && { alg }) };
  const [n, e, crv, x, y] = [text('n'), text('e'), text('crv'), text('x'), text('y')];
  if (key['kty'] === 'RSA' && n !== undefined && e !== undefined && bitsOf(n) >= RSA_BITS_AT_LEAST) {
    return { kty: 'RSA', n, e, ...named };
  }
  if (key['kty'] === 'EC' && crv !== undefined && x !== undefined && y !== undefined) {
    return { kty: 'EC', crv, x, y, ...named };
  }
  return undefined;
}

function bitsOf(number: string): number {
  const hex = Buffer.from(number, 'base64url').toString('hex').replace(/^0+/, '');
  return hex.length * 4;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
