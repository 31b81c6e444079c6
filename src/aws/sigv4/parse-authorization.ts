import { headersByName, parseQuery, type RawRequest, splitTarget } from './raw-request.ts';
import { IncompleteSignature, MissingAuthenticationToken } from './refusals.ts';
import { parseDateHeader, parseTimestamp } from './timestamp.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const QUERY_PARAMETERS = ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature'] as const;
const WEEK_IN_SECONDS = 604_800;

/** What a request says of its own signature, in a header or in the query of a presigned address. */
export interface Authorization {
  readonly scope: CredentialScope;
  /** Names of the signed headers, as listed: `host;x-amz-date`. */
  readonly signedHeaders: string;
  readonly signature: string;
  readonly signedAt: Date;
  /** Seconds that a presigned address is good for; undefined when the signature is in a header. */
  readonly expiresIn: number | undefined;
  readonly sessionToken: string | undefined;
  /** The header that the time came from, which must be signed; undefined in the query. */
  readonly dateHeader: 'x-amz-date' | 'date' | undefined;
}

export interface CredentialScope {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly terminator: string;
}

/** @throws MissingAuthenticationToken when the request is not signed; IncompleteSignature when it is so badly */
export function parseAuthorization(request: RawRequest): Authorization {
  const headers = headersByName(request.rawHeaders);
  const query = parseQuery(splitTarget(request.url).query).filter(([name]) => name.startsWith('X-Amz-'));
  const inHeader = headers.get('authorization') ?? [];
  const inQuery = query.some(([name]) => name === 'X-Amz-Algorithm' || name === 'X-Amz-Signature');

  if (inHeader.length > 1 || (inHeader.length === 1 && inQuery)) {
    throw incomplete(
      'Only one authorization is allowed: one Authorization header, or the X-Amz- query-string parameters.',
    );
  }
  // Where the token stands does not matter: a request that brings one asks for it to be looked at.
  const sessionToken =
    headers.get('x-amz-security-token')?.join(',') ?? query.find(([name]) => name === 'X-Amz-Security-Token')?.[1];
  if (inHeader[0] !== undefined) return { ...parseHeader(inHeader[0], headers), sessionToken };
  if (inQuery) return { ...parseParameters(query), sessionToken };
  throw MissingAuthenticationToken({});
}

function parseHeader(
  header: string,
  headers: ReadonlyMap<string, readonly string[]>,
): Omit<Authorization, 'sessionToken'> {
  const [, algorithm = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(header) ?? [];
  if (algorithm !== ALGORITHM) throw unsupportedAlgorithm();
  const given = parseParts(rest);
  const dateHeader = headers.has('x-amz-date') ? 'x-amz-date' : 'date';
  const date = headers.get(dateHeader)?.join(',');

  const { Credential, SignedHeaders, Signature } = Object.fromEntries(given);
  if (!Credential || !Signature || !SignedHeaders || date === undefined) {
    const missing = ['Credential', 'Signature', 'SignedHeaders']
      .filter((it) => !given.get(it))
      .map((it) => `Authorization header requires '${it}' parameter.`);
    if (date === undefined)
      missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
    throw incomplete(missing.join(' '));
  }
  return {
    scope: parseScope(Credential),
    signedHeaders: SignedHeaders,
    signature: Signature,
    signedAt: dateHeader === 'date' ? timeOf(date, parseDateHeader) : timeOf(date, parseTimestamp),
    expiresIn: undefined,
    dateHeader,
  };
}

/** `Credential=..., SignedHeaders=..., Signature=...`, in any order, spaces after the commas or not. */
function parseParts(text: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const part of text.split(',').map((it) => it.trim())) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    if (equals < 0)
      throw incomplete(
        'The Authorization header holds a part that is not a valid key=value pair (missing equal-sign).',
      );
    const name = part.slice(0, equals);
    if (parts.has(name)) throw incomplete('The Authorization header holds a parameter twice.');
    parts.set(name, part.slice(equals + 1));
  }
  return parts;
}

function parseParameters(query: readonly (readonly [string, string])[]): Omit<Authorization, 'sessionToken'> {
  const given = new Map(query);
  const missing = QUERY_PARAMETERS.filter((it) => !given.get(`X-Amz-${it}`));
  if (missing.length > 0) {
    const texts = missing.map((it) => `AWS query-string parameters must include 'X-Amz-${it}'.`);
    throw incomplete(`${texts.join(' ')} Re-examine the query-string parameters.`);
  }
  // Which of two would count is something that a signer and a verifier must never see differently.
  const names = query.map(([name]) => name);
  if (new Set(names).size < names.length) throw incomplete('The query string holds an X-Amz- parameter twice.');

  const parameter = (name: (typeof QUERY_PARAMETERS)[number]) => given.get(`X-Amz-${name}`) ?? '';
  if (parameter('Algorithm') !== ALGORITHM) throw unsupportedAlgorithm();
  const expiresIn = /^[0-9]{1,6}$/.test(parameter('Expires')) ? Number(parameter('Expires')) : 0;
  if (expiresIn < 1 || expiresIn > WEEK_IN_SECONDS) {
    throw incomplete(`X-Amz-Expires must be a number of seconds from 1 to ${WEEK_IN_SECONDS}, which is a week.`);
  }
  return {
    scope: parseScope(parameter('Credential')),
    signedHeaders: parameter('SignedHeaders'),
    signature: parameter('Signature'),
    signedAt: timeOf(parameter('Date'), parseTimestamp),
    expiresIn,
    dateHeader: undefined,
  };
}

function parseScope(credential: string): CredentialScope {
  const parts = credential.split('/');
  const [accessKeyId, date, region, service, terminator] = parts;
  if (parts.length !== 5 || !accessKeyId || !date || !region || !service || !terminator) {
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    );
  }
  return { accessKeyId, date, region, service, terminator };
}

function timeOf(text: string, parse: (text: string) => Date | undefined): Date {
  const time = parse(text);
  if (!time) throw incomplete(`Date must be in ISO-8601 'basic format'. Got '${text}'.`);
  return time;
}

function unsupportedAlgorithm() {
  return incomplete(`Unsupported AWS 'algorithm': the one served is ${ALGORITHM}.`);
}

function incomplete(detail: string) {
  return IncompleteSignature({ detail });
}
