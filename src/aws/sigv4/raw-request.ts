/** A request as it came over the wire: one character of a text is one byte, as node:http gives them. */
export interface RawRequest {
  readonly method: string;
  /** The request target, neither decoded nor normalised: `IncomingMessage.url`. */
  readonly url: string;
  /** `IncomingMessage.rawHeaders`: name, value, name, value. */
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The headers by lower-case name, the values of each in the order received. */
export function headersByName(rawHeaders: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    const values = headers.get(name) ?? [];
    values.push(rawHeaders[index + 1] ?? '');
    headers.set(name, values);
  }
  return headers;
}

/** Path and query of a request target; the query without its question mark. */
export function splitTarget(url: string): { path: string; query: string } {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

/** The parameters of a raw query, percent-decoded byte by byte; a plus stays a plus, as AWS reads it. */
export function parseQuery(query: string): readonly (readonly [name: string, value: string])[] {
  return query
    .split('&')
    .filter((it) => it !== '')
    .map((it) => {
      const equals = it.indexOf('=');
      return equals < 0 ? [decode(it), ''] : [decode(it.slice(0, equals)), decode(it.slice(equals + 1))];
    });
}

function decode(text: string): string {
  return text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
