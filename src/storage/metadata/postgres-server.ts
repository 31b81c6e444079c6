/** What a server says of itself and of the database. */
export interface ServerFacts {
  /** `version()`. */
  readonly version: string;
  /** `server_version_num`: 140000 is 14.0. */
  readonly number: number;
  readonly encoding: string;
}

const OLDEST = 140_000;
/** They speak PostgreSQL's protocol, and count their versions their own way. */
const RELATIVES = /CockroachDB|-YB-/;

/** Why Berth would go wrong later on this server, and what to do; undefined where it would not. */
export function whyNotOn({ version, number, encoding }: ServerFacts): string | undefined {
  if (RELATIVES.test(version)) {
    return `Berth needs PostgreSQL itself, whose transactions have numbers and locks that its relatives lack: ${version}.`;
  }
  if (number < OLDEST) return `Berth needs PostgreSQL 14 or newer: ${version}.`;
  if (encoding !== 'UTF8') return `The encoding of the database is ${encoding}. Create it with encoding 'UTF8'.`;
  return undefined;
}
