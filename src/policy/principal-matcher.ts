import type { ParsedStatement } from './parsed-policy.ts';
import type { NamedPrincipal } from './principals.ts';
import type { Asker, Context, PreparedRequest, PrincipalMatch } from './types.ts';

/** From the nearest to the widest. */
const ORDER: readonly PrincipalMatch[] = ['session', 'user', 'role', 'service', 'federated', 'account', 'everyone'];

/** Answers how the asker is among the principals of a statement. */
export function principalMatcher(
  { principals, effect }: Pick<ParsedStatement, 'principals' | 'effect'>,
  ids: ReadonlyMap<string, string> | undefined,
): (request: PreparedRequest) => PrincipalMatch | undefined {
  // An Allow for all but some is refused when it is stored; here it is for nobody.
  if (!principals || (principals.isNot && effect === 'Allow')) return () => undefined;
  const named = principals.values.map((it) => matcherOf(it, ids));
  const nearest = ({ asker, context }: PreparedRequest) => {
    const matches = named.map((it) => it(asker, context));
    return ORDER.find((it) => matches.includes(it));
  };
  if (!principals.isNot) return nearest;
  // To be spared one is listed oneself, or by one's role or user: the account alone spares nobody but its root.
  return (request) => {
    const match = nearest(request);
    const isSpared = match === 'account' ? request.asker.kind === 'root' : match !== undefined;
    return isSpared ? undefined : 'everyone';
  };
}

type Match = (asker: Asker, context: Context) => PrincipalMatch | undefined;

function matcherOf({ kind, text, account }: NamedPrincipal, ids: ReadonlyMap<string, string> | undefined): Match {
  switch (kind) {
    case 'everyone':
      return (asker) => (asker.kind === 'anonymous' ? undefined : 'everyone');
    case 'account':
      return (asker) => (isOfAccount(asker) && asker.account === account ? 'account' : undefined);
    case 'session':
      return sessionMatcher(text, ids);
    case 'federated-user':
      return (asker) => (asker.kind === 'federated-user' && asker.arn === text ? 'session' : undefined);
    case 'user':
    case 'role':
      if (ids === undefined) return (asker) => personMatch(asker, (it) => it.arn === text);
      return idMatcher(ids.get(text));
    case 'unique-id':
      return idMatcher(text);
    case 'service':
      return (asker, context) =>
        asker.kind === 'service' && isService(text, asker.service, context) ? 'service' : undefined;
    case 'federated':
      return (asker) => (asker.kind === 'web-identity' && asker.arn === text ? 'federated' : undefined);
  }
}

function idMatcher(id: string | undefined): Match {
  return (asker) => (id === undefined ? undefined : personMatch(asker, (it) => it.id === id));
}

/** Of a session the name is compared, and with `ids` the role that had its name when the document was saved. */
function sessionMatcher(arn: string, ids: ReadonlyMap<string, string> | undefined): Match {
  return (asker) => {
    if (asker.kind !== 'role-session' || asker.arn !== arn) return undefined;
    return ids === undefined || ids.get(arn) === asker.role.id ? 'session' : undefined;
  };
}

/** The user himself and his federated users; the sessions of a role. */
function personMatch(
  asker: Asker,
  isMeant: (person: { readonly arn: string; readonly id: string }) => boolean,
): PrincipalMatch | undefined {
  switch (asker.kind) {
    case 'user':
      return isMeant({ arn: asker.arn, id: asker.userId }) ? 'user' : undefined;
    case 'federated-user':
      return isMeant(asker.user) ? 'user' : undefined;
    case 'role-session':
      return isMeant(asker.role) ? 'role' : undefined;
    default:
      return undefined;
  }
}

/** Who bears a token of a provider is of no account yet. */
function isOfAccount({ kind }: Asker): boolean {
  return kind !== 'anonymous' && kind !== 'web-identity';
}

/** A service has a name everywhere, and one in each region: `replication.ecr.us-east-1.amazonaws.com`. */
function isService(named: string, service: string, context: Context): boolean {
  if (named === service) return true;
  const region = context.get('aws:requestedregion');
  return typeof region === 'string' && named === service.replace(/(?=\.amazonaws\.com)/, `.${region}`);
}
