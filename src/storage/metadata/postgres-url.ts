/** One PostgreSQL server, or several of which one is the primary, as a URL names them. */
export interface PostgresAddress {
  /** In the order in which they are tried. A host that begins with `/` is the folder of a socket. */
  readonly hosts: readonly PostgresHost[];
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly tls: PostgresTls;
  readonly applicationName: string;
  readonly connectTimeoutMs: number;
}

export interface PostgresHost {
  readonly host: string;
  readonly port: number;
}

/** The words of libpq, with its meaning. Files are named by their paths. */
export interface PostgresTls {
  readonly mode: (typeof TLS_MODES)[number];
  /** Certificates of authorities to trust; without it those that Node.js trusts. */
  readonly rootCertificate?: string;
  readonly certificate?: string;
  readonly key?: string;
}

const TLS_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
const WORDS = [
  ...['host', 'port', 'dbname', 'user', 'password', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'],
  ...['connect_timeout', 'application_name', 'target_session_attrs'],
];
const DEFAULT_PORT = '5432';
const DEFAULT_CONNECT_TIMEOUT_S = '3';

const SHAPE =
  /^postgres(?:ql)?:\/\/(?:(?<userInfo>[^/?#]*)@)?(?<places>[^/?#@]*)(?:\/(?<database>[^?#]*))?(?:\?(?<words>[^#]*))?$/;

/**
 * Reads a URL as libpq does: `postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=/path`, several
 * hosts with commas between, a socket's folder as `host=/folder`.
 *
 * @throws an error that says what is wrong with it, and never shows the password
 */
export function parsePostgresUrl(url: string): PostgresAddress {
  const {
    userInfo = '',
    places = '',
    database = '',
    words: query = '',
  } = SHAPE.exec(url)?.groups ?? wrong('it is not of the form postgres://user:password@host:port/database');
  const words = wordsOf(query);
  const [userPart = '', ...passwordParts] = userInfo.split(':');
  const user = words.get('user') ?? decoded(userPart, 'user');
  const password = words.get('password') ?? decoded(passwordParts.join(':'), 'password');
  if (user === '') wrong('it names no user');
  checkTarget(words.get('target_session_attrs'));
  const seconds = wholeNumber(words.get('connect_timeout') ?? DEFAULT_CONNECT_TIMEOUT_S, 'connect_timeout', 3600);
  return {
    hosts: hostsOf(places, words),
    database: (words.get('dbname') ?? decoded(database, 'database')) || user,
    user,
    password: password === '' ? undefined : password,
    tls: tlsOf(words),
    applicationName: words.get('application_name') ?? 'berth',
    connectTimeoutMs: seconds * 1000,
  };
}

/** The database without its password and its files, for logs and messages. */
export function describeDatabase(url: string): string {
  const { user, hosts, database } = parsePostgresUrl(url);
  return `postgres://${encodeURIComponent(user)}@${hosts.map(described).join(',')}/${encodeURIComponent(database)}`;
}

function described({ host, port }: PostgresHost): string {
  if (host.startsWith('/')) return `${encodeURIComponent(host)}:${port}`;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function wordsOf(query: string): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const part of query.split('&').filter((it) => it !== '')) {
    const [name = '', ...value] = part.split('=');
    if (!WORDS.includes(name)) wrong(`${JSON.stringify(name)} is none of the words ${WORDS.join(', ')}`);
    words.set(name, decoded(value.join('='), name));
  }
  return words;
}

function hostsOf(places: string, words: ReadonlyMap<string, string>): PostgresHost[] {
  const inUrl = places.split(',').map(hostAndPort);
  const hosts = words.get('host')?.split(',') ?? inUrl.map((it) => it.host);
  const ports = words.get('port')?.split(',') ?? inUrl.map((it) => it.port);
  if (ports.length > 1 && ports.length !== hosts.length) wrong('it does not name one port for each host');
  return hosts.map((host, i) => {
    if (host === '') wrong('it names no host');
    const port = (ports.length > 1 ? ports[i] : ports[0]) || DEFAULT_PORT;
    return { host, port: wholeNumber(port, 'port', 65_535) };
  });
}

function hostAndPort(place: string): { host: string; port: string } {
  const {
    v6,
    host,
    port = '',
  } = /^(?:\[(?<v6>[^\]]*)\]|(?<host>[^:[\]]*))(?::(?<port>.*))?$/.exec(place)?.groups ??
  wrong('a host is not of the form host:port');
  return { host: decoded(v6 ?? host ?? '', 'host'), port };
}

function tlsOf(words: ReadonlyMap<string, string>): PostgresTls {
  const asked = words.get('sslmode') ?? 'prefer';
  const mode = TLS_MODES.find((it) => it === asked);
  if (mode === undefined) wrong(`sslmode is ${JSON.stringify(asked)} and must be one of ${TLS_MODES.join(', ')}`);
  const root = words.get('sslrootcert');
  const rootCertificate = root === 'system' ? undefined : root;
  const certificate = words.get('sslcert');
  const key = words.get('sslkey');
  if ((certificate === undefined) !== (key === undefined)) wrong('sslcert and sslkey belong together');
  return {
    // As libpq has it: whoever names an authority means it.
    mode: mode === 'require' && rootCertificate !== undefined ? 'verify-ca' : mode,
    ...(rootCertificate !== undefined && { rootCertificate }),
    ...(certificate !== undefined && { certificate }),
    ...(key !== undefined && { key }),
  };
}

/** Every word but these asks for a server that takes no changes. */
function checkTarget(attributes: string | undefined): void {
  if (attributes === undefined || ['any', 'read-write', 'primary'].includes(attributes)) return;
  wrong('target_session_attrs must be read-write: the primary is the only one that can serve');
}

function wholeNumber(text: string, name: string, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > most) wrong(`${name} must be a whole number from 1 to ${most}`);
  return value;
}

function decoded(text: string, name: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return wrong(`its ${name} has a % that is not followed by two hexadecimal digits`);
  }
}

function wrong(why: string): never {
  throw new Error(`The URL of the database cannot be used: ${why}.`);
}
