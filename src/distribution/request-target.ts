/** A request's target, decoded once: the path still by its segments, because `%2F` inside one is not a separator. */
export interface RequestTarget {
  /** The path as it was sent, without the query. */
  readonly path: string;
  readonly query: Query;
}

/** Query parameters in the order they came. */
export interface Query {
  first(name: string): string | undefined;
  all(name: string): readonly string[];
}

/**
 * Splits what stands in the request line; undefined when the query is not percent-encoded UTF-8. A `+` stays a `+`:
 * media types have one (`...+json`), clients forget to escape it, and nothing that this API takes has a space.
 */
export function parseTarget(target: string): RequestTarget | undefined {
  const local = target.replace(/^https?:\/\/[^/?#]*/i, ''); // the absolute form, RFC 9112, 3.2.2
  const question = local.indexOf('?');
  const path = question < 0 ? local : local.slice(0, question);
  const pairs: [string, string][] = [];
  for (const pair of question < 0 ? [] : local.slice(question + 1).split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeOnce(equals < 0 ? pair : pair.slice(0, equals));
    const value = decodeOnce(equals < 0 ? '' : pair.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    pairs.push([name, value]);
  }
  return {
    path,
    query: {
      first: (name) => pairs.find(([key]) => key === name)?.[1],
      all: (name) => pairs.filter(([key]) => key === name).map(([, value]) => value),
    },
  };
}

/** Percent-decodes `text` once; undefined when an escape is broken or the bytes are not UTF-8. */
export function decodeOnce(text: string): string | undefined {
  if (!text.includes('%')) return text;
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  const bytes = Buffer.from(
    text.replaceAll(/%([0-9A-Fa-f]{2})|[^%]+/g, (it, hex?: string) => hex ?? toHex(it)),
    'hex',
  );
  const decoded = bytes.toString('utf8');
  return Buffer.from(decoded, 'utf8').equals(bytes) ? decoded : undefined;
}

function toHex(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}
