import { BlockList } from 'node:net';

/**
 * Decides as the IAM User Guide says it in prose, with none of the engine's code: every document is read again for
 * every request, patterns become regular expressions, and rules are in the order of the page ("Policy evaluation
 * logic"). It is slow, knows only well-formed documents, and is there to disagree.
 */
export interface Case {
  readonly principalArn: string;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  readonly identity: readonly Document[];
  readonly boundary?: Document | undefined;
  readonly session?: readonly Document[] | undefined;
  readonly resourcePolicy?: Document | undefined;
  readonly resourceKind?: 'repository' | 'registry' | 'trust' | 'key' | undefined;
}

export interface Document {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: OneOrMore;
  readonly NotAction?: OneOrMore;
  readonly Resource?: OneOrMore;
  readonly NotResource?: OneOrMore;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;
}

type OneOrMore = string | readonly string[];
type Context = Case['context'];

export interface Verdict {
  readonly outcome: 'allow' | 'implicitDeny' | 'explicitDeny';
  readonly by: string;
}

export function decideNaively(it: Case): Verdict {
  const [, , , account = '', rest = ''] = it.principalArn.split(':').slice(1);
  const type = rest.split('/')[0] ?? '';
  const isOwn = account === it.resourceAccount;
  const policyName = it.resourceKind === 'trust' ? 'trust' : 'resource';

  const own = (documents: readonly Document[], effect: string) =>
    documents.some((document) => document.Statement.some((s) => s.Effect === effect && isAbout(s, document, it, true)));
  const grants = (it.resourcePolicy?.Statement ?? []).filter(
    (s) => it.resourcePolicy && isAbout(s, it.resourcePolicy, it, it.resourceKind !== 'repository'),
  );

  // 1. An explicit deny anywhere.
  if (own(it.identity, 'Deny')) return { outcome: 'explicitDeny', by: 'identity' };
  if (it.boundary && own([it.boundary], 'Deny')) return { outcome: 'explicitDeny', by: 'boundary' };
  if (it.session && own(it.session, 'Deny')) return { outcome: 'explicitDeny', by: 'session' };
  if (grants.some((s) => s.Effect === 'Deny' && deniesHim(s, it))) return { outcome: 'explicitDeny', by: policyName };

  // What each document says by itself.
  const identity = own(it.identity, 'Allow');
  const boundary = !it.boundary || own([it.boundary], 'Allow');
  const session = !it.session || own(it.session, 'Allow');
  const matches = new Set(
    grants.filter((s) => s.Effect === 'Allow').flatMap((s) => namesOf(s.Principal).map((name) => howNamed(name, it))),
  );
  matches.delete('not');
  const no = (by: string): Verdict => ({ outcome: 'implicitDeny', by });
  const yes: Verdict = { outcome: 'allow', by: '' };

  // 2. Root.
  const mustGrant = it.resourceKind === 'trust' || it.resourceKind === 'key';
  if (type === 'root') {
    if (it.resourceKind === 'trust') return no('trust');
    if (isOwn && !mustGrant) return yes;
    return matches.size > 0 ? yes : no(policyName);
  }

  // 6. Another account: both sides.
  if (!isOwn) {
    if (matches.size === 0) return no(policyName);
    if (!identity) return no('identity');
    if (!boundary) return no('boundary');
    return session ? yes : no('session');
  }

  // 5. The same account.
  const isFederated = type === 'federated-user';
  if (matches.has('session')) return yes;
  if (!isFederated && (matches.has('user') || matches.has('everyone'))) return yes;
  const inBounds = matches.has('role') || (isFederated && (matches.has('user') || matches.has('everyone')));
  if (mustGrant && matches.size === 0) return no(policyName === 'trust' && !identity ? 'identity' : policyName);
  if (!identity && !inBounds) return no('identity');
  if (!boundary) return no('boundary');
  return session ? yes : no('session');
}

function isAbout(s: Statement, { Version }: Document, it: Case, looksAtResource: boolean): boolean {
  const variables = Version === '2012-10-17';
  const actions = list(s.Action ?? s.NotAction);
  const isAction = actions.some((pattern) => regExp(pattern.toLowerCase(), {}, false)?.test(it.action.toLowerCase()));
  if (isAction !== (s.Action !== undefined)) return false;
  const resources = s.Resource ?? s.NotResource;
  if (looksAtResource && resources !== undefined) {
    const isResource = list(resources).some((pattern) => isArn(pattern, it.resource, it.context, variables));
    if (isResource !== (s.Resource !== undefined)) return false;
  }
  return Object.entries(s.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => holds(operator, key, list(values), it.context, variables)),
  );
}

function list(values: OneOrMore | undefined): readonly string[] {
  if (values === undefined) return [];
  return typeof values === 'string' ? [values] : values;
}

function given(context: Context, key: string): readonly string[] {
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return list(found?.[1]);
}

const VARIABLE = /\$\{([^}]*)\}/;

/** A pattern with its variables filled in; undefined when one has no value. */
function regExp(pattern: string, context: Context, variables: boolean, wildcards = true): RegExp | undefined {
  let source = '';
  for (let rest = pattern; rest !== ''; ) {
    const [whole, inner = ''] = (variables && new RegExp(`^${VARIABLE.source}`).exec(rest)) || [];
    if (whole !== undefined) {
      const value = variable(inner, context);
      if (value === undefined) return undefined;
      source += RegExp.escape(value);
      rest = rest.slice(whole.length);
      continue;
    }
    const [character = ''] = rest;
    const wild = wildcards ? { '*': '.*', '?': '.' }[character] : undefined;
    source += wild ?? RegExp.escape(character);
    rest = rest.slice(character.length);
  }
  return new RegExp(`^${source}$`, 'su');
}

function variable(inner: string, context: Context): string | undefined {
  if (['*', '?', '$'].includes(inner)) return inner;
  const [key = '', fallback] = inner.split(',').map((it) => it.trim());
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
  return typeof found === 'string' ? found : fallback?.slice(1, -1);
}

/** Six parts, each by itself. */
function isArn(pattern: string, arn: string, context: Context, variables: boolean): boolean {
  if (pattern === '*') return true;
  const hidden = variables ? pattern.replace(new RegExp(VARIABLE, 'g'), (it) => it.replaceAll(':', '\u0000')) : pattern;
  const wanted = six(hidden).map((it) => it.replaceAll('\u0000', ':'));
  const parts = six(arn);
  if (parts.length < 6 || wanted.length < 6 || parts[0] !== 'arn') return false;
  return wanted.every((part, i) => regExp(part, context, variables)?.test(parts[i] ?? '') ?? false);
}

function six(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

function holds(name: string, key: string, wanted: readonly string[], context: Context, variables: boolean): boolean {
  const has = given(context, key);
  if (name === 'Null') return wanted.some((it) => (it.toLowerCase() === 'true') === (has.length === 0));
  const isAll = name.startsWith('ForAllValues:');
  const isAny = name.startsWith('ForAnyValue:');
  const isOptional = name.endsWith('IfExists');
  const operator = name.replace(/^For(All|Any)Values?:/, '').replace(/IfExists$/, '');
  const isNot = operator.includes('Not');
  const positive = operator.replace('Not', '');
  if (has.length === 0) return isOptional || isAll || (isNot && !isAny);
  const hits = has.map((value) => wanted.some((it) => compare(positive, value, it, context, variables)));
  if (isAll) return hits.every((it) => it !== isNot);
  if (isAny) return hits.some((it) => it !== isNot);
  return isNot ? hits.every((it) => !it) : hits.some((it) => it);
}

function compare(operator: string, value: string, wanted: string, context: Context, variables: boolean): boolean {
  const exactly = () => regExp(wanted, context, variables, false);
  switch (operator) {
    case 'StringEquals':
      return exactly()?.test(value) ?? false;
    case 'StringEqualsIgnoreCase':
      return new RegExp(exactly() ?? /$^/, 'sui').test(value);
    case 'StringLike':
      return regExp(wanted, context, variables)?.test(value) ?? false;
    case 'ArnEquals':
    case 'ArnLike':
      return value.startsWith('arn:') && isArn(wanted, value, context, variables);
    case 'Bool':
      return ['true', 'false'].includes(value.toLowerCase()) && (exactly()?.test(value.toLowerCase()) ?? false);
    case 'IpAddress':
      return inNetwork(value, wanted);
    default: {
      const read = operator.startsWith('Date') ? instant : Number;
      const [a, b] = [read(value), read(wanted)];
      const how = operator.replace(/^(Date|Numeric)/, '');
      if (how === 'Equals') return a === b;
      if (how.startsWith('Less')) return a < b || (how.endsWith('Equals') && a === b);
      return a > b || (how.endsWith('Equals') && a === b);
    }
  }
}

function instant(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

function inNetwork(address: string, network: string): boolean {
  const family = network.includes(':') ? 'ipv6' : 'ipv4';
  const [host = '', bits = family === 'ipv6' ? '128' : '32'] = network.split('/');
  const list = new BlockList();
  list.addSubnet(host, Number(bits), family);
  return list.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
}

function namesOf(principal: unknown): readonly string[] {
  if (typeof principal === 'string') return [principal];
  const lists = Object.values((principal ?? {}) as Record<string, OneOrMore>);
  return lists.flatMap((it) => list(it));
}

/** How a name means the caller. Roles have no paths here, and federated users are alice's. */
function howNamed(name: string, { principalArn }: Case): 'session' | 'user' | 'role' | 'account' | 'everyone' | 'not' {
  if (name === '*') return 'everyone';
  const [, , , , account = '', rest = ''] = principalArn.split(':');
  const [type, second] = rest.split('/');
  if (name === account || name === `arn:aws:iam::${account}:root`) return 'account';
  if (name === principalArn) return type === 'user' ? 'user' : 'session';
  if (type === 'assumed-role' && name === `arn:aws:iam::${account}:role/${second}`) return 'role';
  if (type === 'federated-user' && name === `arn:aws:iam::${account}:user/alice`) return 'user';
  return 'not';
}

function deniesHim(s: Statement, it: Case): boolean {
  if (s.Principal !== undefined) return namesOf(s.Principal).some((name) => howNamed(name, it) !== 'not');
  const isRoot = it.principalArn.endsWith(':root');
  return !namesOf(s.NotPrincipal).some((name) => {
    const how = howNamed(name, it);
    return how === 'account' ? isRoot : how !== 'not';
  });
}
