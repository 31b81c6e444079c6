import type { World } from '../world.ts';
import type { RuleTarget } from './check-target.ts';

type HttpParameters = NonNullable<RuleTarget['HttpParameters']>;

/** A target as it is kept, and as deliveries carry it: what is sent along may be somebody's password. */
export type StoredTarget = Omit<RuleTarget, 'HttpParameters'> & { readonly sealedHttpParameters?: string };

type Sealing = Pick<World['secrets'], 'seal'>;
type Opening = Pick<World['secrets'], 'open'>;

export function sealTarget(secrets: Sealing, account: string, target: RuleTarget): StoredTarget {
  const { HttpParameters: parameters, ...rest } = target;
  if (!parameters) return rest;
  const sealed = secrets.seal(Buffer.from(JSON.stringify(parameters), 'utf8'), contextOf(account));
  return { ...rest, sealedHttpParameters: sealed.toString('base64') };
}

export function openTarget(secrets: Opening, account: string, stored: StoredTarget): RuleTarget {
  const { sealedHttpParameters: sealed, ...rest } = stored;
  return sealed === undefined ? rest : { ...rest, HttpParameters: openParameters(secrets, account, sealed) };
}

/** @throws when `sealed` is none of this account's */
export function openParameters(secrets: Opening, account: string, sealed: string): HttpParameters {
  const opened = secrets.open(Buffer.from(sealed, 'base64'), contextOf(account));
  return JSON.parse(opened.toString('utf8')) as HttpParameters;
}

function contextOf(account: string): string {
  return `parameters of an event target of ${account}`;
}
