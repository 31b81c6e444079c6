import { createHmac } from 'node:crypto';
import type { CredentialScope } from './parse-authorization.ts';

/** Signing keys of recent scopes. A changed secret gives a new key at once; the least recently used go first. */
export interface DerivedKeys {
  get(scope: CredentialScope, secret: string): Buffer;
}

/** Keeps up to `limit` derived keys in memory. Make one per process. */
export function derivedKeys(limit = 1_000): DerivedKeys {
  const kept = new Map<string, { readonly secret: string; readonly key: Buffer }>();
  return {
    get(scope, secret) {
      const name = `${scope.accessKeyId}/${scope.date}/${scope.region}/${scope.service}`;
      const known = kept.get(name);
      const entry = known?.secret === secret ? known : { secret, key: deriveKey(scope, secret) };
      kept.delete(name); // A map keeps the order of insertion: what is used goes to its end.
      kept.set(name, entry);
      const oldest = kept.keys().next();
      if (kept.size > limit && !oldest.done) kept.delete(oldest.value);
      return entry.key;
    },
  };
}

/** Signature Version 4, "Derive a signing key". */
function deriveKey({ date, region, service }: CredentialScope, secret: string): Buffer {
  return [date, region, service, 'aws4_request'].reduce(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );
}
