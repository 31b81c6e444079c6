import { contextKeysOf } from '../../policy/context-keys.ts';
import { type Simulation, simulate } from '../../policy/simulate.ts';
import type { Asker, Attached, Context, PolicySet } from '../../policy/types.ts';
import { parseIdentityArn } from '../../values/identity-arn.ts';
import { policiesOn } from '../principal-policies.ts';
import { type Iam, iamArn } from './iam.ts';
import { inputBoundary, inputPolicies, inputResourcePolicy } from './input-policies.ts';
import { entityByArn, type NamedEntity } from './named-entity.ts';
import { InvalidInput } from './refusals.ts';

/** What is asked, as API_SimulatePrincipalPolicy has it. */
export interface Simulated {
  readonly policies: readonly string[];
  readonly boundaries?: readonly string[] | undefined;
  readonly actions: readonly string[];
  /** `*` when none is given. */
  readonly resources?: readonly string[] | undefined;
  readonly resourcePolicy?: string | undefined;
  /** Account, or an ARN with the account; the caller's when not said. */
  readonly resourceOwner?: string | undefined;
  /** ARN of the user who is simulated. */
  readonly callerArn?: string | undefined;
  readonly context: ReadonlyMap<string, string | readonly string[]>;
}

export interface SimulationResult extends Simulation {
  readonly action: string;
  readonly resource: string;
}

/**
 * What each action on each resource would come to by what is on a user, group or role and by the policies that are given
 * besides.
 *
 * @throws InvalidInput, NotThere (the source)
 */
export async function simulatePrincipal(
  iam: Iam,
  account: string,
  sourceArn: string,
  asked: Simulated,
): Promise<SimulationResult[]> {
  const { source, on } = await iam.metadata.read(async (tx) => {
    const found = await entityByArn(iam, tx, account, sourceArn);
    return { source: found, on: await policiesOn(tx, account, found.id) };
  });
  const asker = asked.callerArn === undefined ? askerFor(source) : callerFor(asked.callerArn);
  const context = new Map<string, string | readonly string[]>([
    ...on.tags.entries().map(([key, value]) => [`aws:principaltag/${key}`, value] as const),
    ...(source.kind === 'user' ? [['aws:username', source.name] as const, ['aws:userid', source.id] as const] : []),
    ...asked.context,
  ]);
  const identity = [...on.identity, ...inputPolicies('PolicyInputList', asked.policies)];
  return run(iam, asker, { ...asked, context }, { identity, boundary: on.boundary });
}

/** The same by the policies that are given alone. @throws InvalidInput */
export function simulateCustom(iam: Iam, account: string, asked: Simulated): SimulationResult[] {
  const arn = asked.callerArn ?? iamArn(iam, 'user', { account, path: '/', name: 'simulated' });
  return run(iam, callerFor(arn), asked, { identity: inputPolicies('PolicyInputList', asked.policies) });
}

/** The condition keys that these documents look at. @throws InvalidInput */
export function contextKeysOfInput(documents: readonly string[]): string[] {
  return contextKeysOf(inputPolicies('PolicyInputList', documents).map((it) => it.policy));
}

/** The same, and those that are on a user, group or role. @throws InvalidInput, NotThere */
export async function contextKeysOfPrincipal(
  iam: Iam,
  account: string,
  sourceArn: string,
  documents: readonly string[],
): Promise<string[]> {
  const { identity } = await iam.metadata.read(async (tx) =>
    policiesOn(tx, account, (await entityByArn(iam, tx, account, sourceArn)).id),
  );
  return contextKeysOf([...identity, ...inputPolicies('PolicyInputList', documents)].map((it) => it.policy));
}

function run(
  iam: Iam,
  asker: Asker,
  asked: Simulated,
  own: { readonly identity: readonly Attached[]; readonly boundary?: Attached | undefined },
): SimulationResult[] {
  const { actions, resources = ['*'], resourcePolicy, resourceOwner } = asked;
  for (const action of actions) checkAction(action);
  for (const resource of resources) checkResource(resource);
  const owner = resourceOwner === undefined ? asker.account : accountIn(resourceOwner);
  const policies: PolicySet = {
    identity: own.identity,
    boundary: inputBoundary(asked.boundaries) ?? own.boundary,
    resource:
      resourcePolicy === undefined ? [] : [{ ...inputResourcePolicy(resourcePolicy), kind: 'repository' as const }],
  };
  const context = contextFor(iam, asker, asked.context);
  return actions.flatMap((action) =>
    resources.map((resource) => ({
      action,
      resource,
      ...simulate({ asker, action, resource: { arn: resource, account: owner }, context }, policies),
    })),
  );
}

/** What every request has, and what was given in front of it. */
function contextFor({ clock }: Iam, asker: Asker, given: Context): Context {
  const now = clock.now();
  return new Map<string, string | readonly string[]>([
    ['aws:principalarn', asker.arn],
    ['aws:principalaccount', asker.account],
    ['aws:currenttime', now.toISOString()],
    ['aws:epochtime', String(Math.floor(now.getTime() / 1_000))],
    ...[...given].map(([key, value]) => [key.toLowerCase(), value] as const),
  ]);
}

/** A group is simulated as a user who is in it. */
function askerFor({ kind, account, arn, id }: NamedEntity): Asker {
  if (kind === 'role') return { kind: 'role-session', account, arn, role: { arn, id } };
  return { kind: 'user', account, arn, userId: id };
}

/** @throws InvalidInput for what is no user's ARN: IAM simulates no other callers */
function callerFor(arn: string): Asker {
  const parts = parseIdentityArn(arn);
  if (parts?.type !== 'user') throw InvalidInput({ what: `Invalid CallerArn: ${arn} is not the ARN of a user.` });
  return { kind: 'user', account: parts.account, arn, userId: '' };
}

function checkAction(action: string): void {
  if (!/^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(action)) throw InvalidInput({ what: `Invalid Action: ${action}` });
}

function checkResource(resource: string): void {
  if (resource !== '*' && !/^arn:[a-z-]+:[a-z0-9-]*:[a-z0-9-]*:[0-9]*:.+$/.test(resource)) {
    throw InvalidInput({ what: `Invalid Resource: ${resource}` });
  }
}

function accountIn(owner: string): string {
  const [, account] = /^(?:arn:[a-z-]+:iam::)?([0-9]{12})(?::root)?$/.exec(owner) ?? [];
  if (account === undefined) throw InvalidInput({ what: `Invalid ResourceOwner: ${owner}` });
  return account;
}
