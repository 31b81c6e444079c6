import type { IncomingHttpHeaders } from 'node:http';

/** Content known by its digest never changes; `private`, because whoever may read it logged in for it. */
const BY_DIGEST = 'private, max-age=31536000, immutable';
const BY_TAG = 'private, no-cache';

/** Headers that name content by its digest, and say how long an answer for `reference` may be kept. */
export function contentHeaders(digest: string, reference: string) {
  return {
    'Docker-Content-Digest': digest,
    ETag: `"${digest}"`,
    'Cache-Control': reference.includes(':') ? BY_DIGEST : BY_TAG,
  };
}

/** Whether the client holds this very content: If-None-Match, RFC 9110, 13.1.2. */
export function isKnownToClient(headers: IncomingHttpHeaders, digest: string): boolean {
  const given = headers['if-none-match'];
  if (given === undefined) return false;
  return given.split(',').some((it) => ['*', `"${digest}"`].includes(it.trim().replace(/^W\//, '')));
}
