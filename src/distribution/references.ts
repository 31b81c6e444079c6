import { algorithmOf, type Digest, isDigest } from '../values/digest.ts';
import type { Fidelity } from '../values/fidelity.ts';
import { isTag } from '../values/names.ts';
import { DigestInvalid, TagInvalid } from './refusals.ts';

export type Reference =
  | { readonly digest: Digest; readonly tag?: never }
  | { readonly tag: string; readonly digest?: never };

/** A manifest's digest or tag as it stands in a path. @throws DigestInvalid, TagInvalid */
export function parseReference(text: string, fidelity: Fidelity): Reference {
  // A tag has no colon, so whatever has one was meant as a digest.
  if (text.includes(':')) return { digest: parseDigest(text, fidelity) };
  if (!isTag(text)) throw TagInvalid({ tag: text });
  return { tag: text };
}

/**
 * ECR knows sha256 alone (docs/differences.md, sha512).
 *
 * @throws DigestInvalid for an algorithm that Berth does not verify, too
 */
export function parseDigest(text: string, fidelity: Fidelity): Digest {
  if (!isDigest(text) || (fidelity === 'aws-strict' && algorithmOf(text) !== 'sha256')) {
    throw DigestInvalid({ digest: text });
  }
  return text;
}
