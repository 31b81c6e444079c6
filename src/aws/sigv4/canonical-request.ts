import { headersByName, parseQuery, type RawRequest, splitTarget } from './raw-request.ts';

const SIGNATURE_PARAMETER = 'X-Amz-Signature';

/**
 * The text whose hash is signed (Signature Version 4, "Create a canonical request"), one character per byte.
 * `signedHeaders` are the names as the signer listed them; a name without a header gives an empty line, which no signer
 * has signed.
 */
export function canonicalRequest(request: RawRequest, signedHeaders: string, payloadHash: string): string {
  const { path, query } = splitTarget(request.url);
  const headers = headersByName(request.rawHeaders);
  const lines = signedHeaders.split(';').map((name) => `${name}:${canonicalValue(headers.get(name) ?? [])}\n`);
  return [request.method, canonicalPath(path), canonicalQuery(query), lines.join(''), signedHeaders, payloadHash].join(
    '\n',
  );
}

/** The path without dot segments and doubled slashes, then encoded once more: a sent `%20` becomes `%2520`. */
export function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  if (segments.length === 0) return '/';
  return encode(`/${segments.join('/')}${path.endsWith('/') ? '/' : ''}`, '/');
}

/** The parameters decoded, encoded in the one way, and sorted by name and value in byte order; the signature left out. */
export function canonicalQuery(query: string): string {
  return parseQuery(query)
    .filter(([name]) => name !== SIGNATURE_PARAMETER)
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => inByteOrder(nameA, nameB) || inByteOrder(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function canonicalValue(values: readonly string[]): string {
  return values.map((it) => it.replaceAll(/[ \t]+/g, ' ').replaceAll(/^ | $/g, '')).join(',');
}

/** Percent-encodes every byte but the unreserved ones of RFC 3986 and those in `besides`. */
function encode(text: string, besides = ''): string {
  return text.replaceAll(/[^A-Za-z0-9\-_.~]/g, (it) =>
    besides.includes(it) ? it : `%${it.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function inByteOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
