import type { IncomingMessage } from 'node:http';

/**
 * Scheme and host by which the caller came. The host is as he wrote it, and he signed it. A proxy that ends TLS says so
 * in X-Forwarded-Proto; whoever forges that misleads only himself.
 */
export function originOf({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): string {
  const isSecure = 'encrypted' in socket || headers['x-forwarded-proto'] === 'https';
  return `${isSecure ? 'https' : 'http'}://${headers.host ?? ''}`;
}
