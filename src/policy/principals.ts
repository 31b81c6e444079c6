import { PARTITIONS } from './partitions.ts';

/** Whom a `Principal` element names. `text` is what stands there. */
export interface NamedPrincipal {
  readonly kind:
    | 'everyone'
    | 'account'
    | 'user'
    | 'role'
    | 'unique-id'
    | 'session'
    | 'federated-user'
    | 'service'
    | 'federated';
  readonly text: string;
  /** Of an account its number. */
  readonly account?: string;
}

const NAME = '[A-Za-z0-9_+=,.@-]+';
/** Wildcards have no place in a principal, though a path may have them by its published pattern. */
const PATH = '(?:/[!-)+-.0->@-~]+)*/';
const ARN = new RegExp(
  `^arn:(?<partition>[a-z-]+):(?:iam::(?<account>[0-9]{12}):(?:(?<root>root)|(?<type>user|role)${PATH}${NAME})` +
    `|sts::[0-9]{12}:(?:(?<session>assumed-role)/${NAME}/${NAME}|federated-user/${NAME}))$`,
);
const SERVICE = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/;
const PROVIDER_ARN = /^arn:([a-z-]+):iam::[0-9]{12}:(?:oidc|saml)-provider\/[A-Za-z0-9._~:/%+=,@-]+$/;
const PROVIDER_HOST = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;

/**
 * Reads one value of a `Principal` element; undefined when it names nobody who can be one: groups, parts of names with
 * wildcards, accounts as `*`. IAM User Guide, "AWS JSON policy elements: Principal".
 */
export function parsePrincipal(type: string, text: string): NamedPrincipal | undefined {
  switch (type) {
    case 'AWS':
      return parseAwsPrincipal(text);
    case 'Service':
      return SERVICE.test(text) ? { kind: 'service', text } : undefined;
    case 'Federated': {
      const partition = PROVIDER_ARN.exec(text)?.[1];
      const isKnown = partition === undefined ? PROVIDER_HOST.test(text) : PARTITIONS.has(partition);
      return isKnown ? { kind: 'federated', text } : undefined;
    }
    default:
      return undefined;
  }
}

function parseAwsPrincipal(text: string): NamedPrincipal | undefined {
  if (text === '*') return { kind: 'everyone', text };
  if (/^[0-9]{12}$/.test(text)) return { kind: 'account', text, account: text };
  if (/^A(?:IDA|ROA)[A-Z2-7]{12,124}$/.test(text)) return { kind: 'unique-id', text };
  const { partition, account, root, type, session } = ARN.exec(text)?.groups ?? {};
  if (partition === undefined || !PARTITIONS.has(partition)) return undefined;
  if (root !== undefined && account !== undefined) return { kind: 'account', text, account };
  if (type !== undefined) return { kind: type === 'user' ? 'user' : 'role', text };
  return { kind: session === undefined ? 'federated-user' : 'session', text };
}
