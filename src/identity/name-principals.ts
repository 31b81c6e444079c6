import type { Reading } from '../storage/metadata/port.ts';
import {
  openAccounts,
  type PrincipalRow,
  principalsNamed,
  principalsWithIds,
} from '../storage/metadata/principal-ids.ts';
import { partitionOf } from '../values/arn.ts';
import { identityArn } from '../values/identity-arn.ts';
import type { Rules } from '../world.ts';

/** What the principals that a document names are in this installation. */
export interface ResolvedPrincipals {
  /** Of each user or role that is named, by the name as it stands there: his unique id. Of a session that of its role. */
  readonly ids: Readonly<Record<string, string>>;
  /** Names that mean nobody. A document that has one is refused. */
  readonly unknown: readonly string[];
}

/**
 * Who is meant by the principals of a document that is about to be stored (`namedPrincipals` gives them): users, roles
 * and sessions by ARN, users and roles by id, accounts by number or root ARN. The ids are stored with it, so that
 * a namesake made later is not meant.
 *
 * Accounts that are not of this installation are nobody under `aws-strict`; otherwise they, and what is named in them,
 * are let through without an id.
 */
export async function resolvePrincipals(
  tx: Reading,
  names: readonly string[],
  rules: Pick<Rules, 'fidelity' | 'regions'>,
): Promise<ResolvedPrincipals> {
  const partition = partitionOf(rules.regions[0]);
  const parsed = [...new Set(names)].map((name) => ({ name, ...parsePrincipal(name) }));
  const accounts = await openAccounts(tx, [...new Set(parsed.flatMap((it) => it.account ?? []))]);
  const people = await findPeople(tx, parsed);

  const ids: Record<string, string> = Object.create(null);
  const unknown: string[] = [];
  for (const it of parsed) {
    const id = people(it)?.id;
    const isForeign = it.account !== undefined && !accounts.has(it.account) && rules.fidelity !== 'aws-strict';
    const isKnown =
      it.kind === 'account' || it.kind === 'federated-user' ? accounts.has(it.account ?? '') : id !== undefined;
    if ((it.partition ?? partition) !== partition || !(isKnown || isForeign)) unknown.push(it.name);
    else if (id !== undefined) ids[it.name] = id;
  }
  return { ids, unknown };
}

/**
 * The document as it is shown: who was renamed stands there with his new ARN, who is gone with the id that he had
 * (IAM User Guide, "AWS JSON policy elements: Principal"). Otherwise it is the text that was given.
 */
export async function showPrincipals(
  tx: Reading,
  document: string,
  ids: Readonly<Record<string, string>>,
  rules: Pick<Rules, 'regions'>,
): Promise<string> {
  const partition = partitionOf(rules.regions[0]);
  const living = new Map((await principalsWithIds(tx, Object.values(ids))).map((it) => [it.id, it]));
  const shown = new Map<string, string>();
  for (const [name, id] of Object.entries(ids)) {
    const row = living.get(id);
    const now = row ? identityArn(partition, row.type, row) : id;
    if (now !== name && parsePrincipal(name).kind !== 'session') shown.set(name, now);
  }
  if (shown.size === 0) return document;
  return JSON.stringify(renamed(JSON.parse(document), shown), null, 2);
}

interface Parsed {
  readonly kind: 'account' | 'user' | 'role' | 'session' | 'federated-user' | 'id' | 'other';
  readonly partition?: string | undefined;
  readonly account?: string | undefined;
  readonly path?: string | undefined;
  readonly person?: string | undefined;
}

const ID = /^A(?:IDA|ROA)[A-Z2-7]{12,124}$/;
const IN_ACCOUNT =
  /^arn:([a-z0-9-]+):(?:iam::([0-9]{12}):(?:(root)|(user|role)((?:\/[^/]+)*\/)([^/]+))|sts::([0-9]{12}):(assumed-role|federated-user)\/([^/]+)(?:\/[^/]+)?)$/;

function parsePrincipal(name: string): Parsed {
  if (/^[0-9]{12}$/.test(name)) return { kind: 'account', account: name };
  if (ID.test(name)) return { kind: 'id', person: name };
  const [match, partition, account, root, type, path, person, ofSession, session, of] = IN_ACCOUNT.exec(name) ?? [];
  if (match === undefined) return { kind: 'other' };
  if (root !== undefined) return { kind: 'account', partition, account };
  if (session === 'federated-user') return { kind: session, partition, account: ofSession };
  if (session !== undefined) return { kind: 'session', partition, account: ofSession, person: of };
  return { kind: type === 'user' ? 'user' : 'role', partition, account, path, person };
}

/** Looks all of them up with a query for each kind. */
async function findPeople(
  tx: Reading,
  parsed: readonly Parsed[],
): Promise<(it: Parsed) => { readonly id: string } | undefined> {
  const users = await principalsNamed(tx, 'user', keysOf(parsed.filter((it) => it.kind === 'user')));
  const ofRoles = parsed.filter((it) => it.kind === 'role' || it.kind === 'session');
  const roles = await principalsNamed(tx, 'role', keysOf(ofRoles));
  const byId = await principalsWithIds(
    tx,
    parsed.flatMap((it) => (it.kind === 'id' && it.person !== undefined ? [it.person] : [])),
  );
  return (it) => {
    if (it.kind === 'id') return byId.find((row) => row.id === it.person);
    const isMeant = (row: PrincipalRow) =>
      row.account === it.account && row.name === it.person && (it.path === undefined || row.path === it.path);
    if (it.kind === 'user') return users.find(isMeant);
    return it.kind === 'role' || it.kind === 'session' ? roles.find(isMeant) : undefined;
  };
}

function keysOf(parsed: readonly Parsed[]) {
  return {
    accounts: [...new Set(parsed.flatMap((it) => it.account ?? []))],
    nameKeys: [...new Set(parsed.flatMap((it) => it.person?.toLowerCase() ?? []))],
  };
}

/** A copy of a document in which principals have other names; `Condition` and all else stay. */
function renamed(value: unknown, names: ReadonlyMap<string, string>, isPrincipal = false): unknown {
  if (typeof value === 'string') return isPrincipal ? (names.get(value) ?? value) : value;
  if (Array.isArray(value)) return value.map((it) => renamed(it, names, isPrincipal));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, it]) => {
      const isOne = isPrincipal || key === 'Principal' || key === 'NotPrincipal';
      return [key, key === 'Condition' ? it : renamed(it, names, isOne)];
    }),
  );
}
