import { InvalidQueryParameter, RepeatedParameter } from './refusals.ts';

/** The largest policy document has 131,072 characters, which three times may be percent-encoded. */
export const LARGEST_BODY = 1024 * 1024;
export const PAIRS_AT_MOST = 2_000;

/** Code points that XML 1.0 forbids: what came with one of them could never be said again. */
const NOT_IN_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Whether a content type is that of a form, whatever charset it names. */
export function isFormEncoded(contentType: string | undefined): boolean {
  return /^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i.test(contentType ?? '');
}

/**
 * The parameters of an address and of a form, one character per byte as they came over the wire. What signs an address
 * (`X-Amz-...`) is none of them.
 *
 * @throws InvalidQueryParameter for more than `PAIRS_AT_MOST`, for what is no UTF-8 and for characters that XML forbids;
 *   RepeatedParameter for a name that stands twice
 */
export function parsePairs(query: string, form: string): ReadonlyMap<string, string> {
  const texts = [...query.split('&'), ...form.split('&')].filter((it) => it !== '' && !it.startsWith('X-Amz-'));
  if (texts.length > PAIRS_AT_MOST) {
    throw InvalidQueryParameter({ detail: `A request may have ${PAIRS_AT_MOST} parameters. This one has more.` });
  }
  const pairs = new Map<string, string>();
  for (const text of texts) {
    const equals = text.indexOf('=');
    const name = decode(equals < 0 ? text : text.slice(0, equals));
    if (pairs.has(name)) throw RepeatedParameter({ name });
    pairs.set(name, equals < 0 ? '' : decode(text.slice(equals + 1)));
  }
  return pairs;
}

/** Percent-decodes a part of a form, where a plus is a space. Bytes that were sent as they are count as themselves. */
function decode(text: string): string {
  const bytes = text
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const decoded = utf8(Buffer.from(bytes, 'latin1'));
  if (decoded === undefined) throw InvalidQueryParameter({ detail: 'The parameters are not UTF-8.' });
  if (NOT_IN_XML.test(decoded)) {
    throw InvalidQueryParameter({ detail: 'The parameters hold a character that XML does not allow.' });
  }
  return decoded;
}

function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
