import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

/** The authorities that are trusted outside: those that the machine knows, and `authorities` in PEM. */
export function knownAuthorities(authorities: string | undefined): string[] {
  return [...getCACertificates('default'), ...(authorities === undefined ? [] : [authorities])];
}

/** The same, ready for connections: made once, for it takes milliseconds. */
export function trustOf(authorities: string | undefined): () => { readonly secureContext: SecureContext } {
  let made: { readonly secureContext: SecureContext } | undefined;
  return () => {
    made ??= { secureContext: createSecureContext({ ca: knownAuthorities(authorities) }) };
    return made;
  };
}
