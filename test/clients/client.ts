// Real programs of the container world, in the versions that are on this machine. `acquire.sh` brings them.
import { accessSync, constants, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { describe, expect, inject, test } from 'vitest';

/** `old` is the distribution's own version, `new` is today's, from the side root that `acquire.sh` fills. */
export type Age = 'old' | 'new';

export interface Client {
  readonly name: string;
  readonly age: Age;
  /** The program's absolute path. */
  readonly program: string;
}

/** Folders that hold the system's own programs. */
export const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

const cacheFolder = env['BERTH_TEST_CACHE'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'berth-test');

/** The folder of today's versions. It may not exist. */
export const NEW_PROGRAMS = join(cacheFolder, 'sid', 'bin');

/** The root that today's versions were unpacked into. It may not exist. */
export const NEW_ROOT = join(cacheFolder, 'sid', 'root');

/** Whether a missing client is a failure and not a skipped suite. */
const everyClientIsRequired = env['BERTH_TEST_REQUIRE'] === 'all';

/** Whether the suites run on PostgreSQL and S3. What versions of a client send is known from the usual storage by then. */
export function isOnOtherStorage(): boolean {
  return inject('clustered') !== undefined;
}

/** The folders a client of this age looks for programs in: today's first where today's were asked for. */
export function pathOf(age: Age): string {
  return age === 'new' ? `${NEW_PROGRAMS}:${SYSTEM_PATH}` : SYSTEM_PATH;
}

/** The client of that age and no other, or undefined where it is not on this machine. */
export function findClient(name: string, age: Age): Client | undefined {
  const folders = age === 'new' ? [NEW_PROGRAMS] : SYSTEM_PATH.split(':');
  const program = firstExecutable(folders.map((folder) => join(folder, name)));
  return program === undefined ? undefined : { name, age, program };
}

/** Today's version of the client, or the distribution's where today's cannot be had, or undefined. */
function findNewestClient(name: string): Client | undefined {
  return findClient(name, 'new') ?? findClient(name, 'old');
}

/** The program that a person at this machine would start under that name, its links resolved. */
export function findOnPath(name: string): string | undefined {
  const folders = `${env['PATH'] ?? ''}:/usr/local/bin:${SYSTEM_PATH}`.split(':').filter((it) => it !== '');
  const found = firstExecutable(folders.map((folder) => join(folder, name)));
  return found === undefined ? undefined : realpathSync(found);
}

/**
 * One suite for each version of `name` that is here, or for its newest on the other storage. With none of them the suite is counted as skipped, or fails where
 * every client is required; one version of two is enough.
 *
 * @param alsoNeeds programs that the suite drives besides; each in any version.
 */
export function withEachVersion(name: string, alsoNeeds: readonly string[], define: (client: Client) => void): void {
  const clients = (['old', 'new'] as const).map((age) => findClient(name, age)).filter((it) => it !== undefined);
  const missing = [...(clients.length === 0 ? [name] : []), ...alsoNeeds.filter((it) => !findNewestClient(it))];
  if (missing.length > 0) {
    sayMissing(name, missing);
    return;
  }
  for (const client of isOnOtherStorage() ? clients.slice(-1) : clients) {
    describe(`${name}, ${client.age === 'old' ? "the distribution's version" : "today's version"}`, () =>
      define(client));
  }
}

/** One suite that drives all of `names`, each in its newest version; skipped, or failing, where one is missing. */
export function withNewest(title: string, names: readonly string[], define: () => void): void {
  const missing = names.filter((name) => findNewestClient(name) === undefined);
  if (missing.length > 0) sayMissing(title, missing);
  else describe(title, define);
}

/** Says that a suite cannot run here, in one line, and counts it as skipped, or as failed where all are required. */
export function sayMissing(suite: string, missing: readonly string[]): void {
  const line = `${suite}: not on this machine: ${missing.join(', ')}`;
  if (everyClientIsRequired) {
    test(line, () => expect.fail(`${line}. test/clients/acquire.sh brings what the distribution has.`));
  } else {
    console.error(`skipped: ${line}`);
    test.skip(line);
  }
}

/** The newest version of a client of which the suite has said that it needs it. */
export function newest(name: string): Client {
  const client = findNewestClient(name);
  if (!client) throw new Error(`${name} is not on this machine: the suite must name it among its needs`);
  return client;
}

function firstExecutable(paths: readonly string[]): string | undefined {
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
