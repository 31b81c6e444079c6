import { expect } from 'vitest';
import type { Caller } from '../../../src/identity/caller.ts';
import { putRegistryPolicy } from '../../../src/identity/registry-policy.ts';
import { setRepositoryPolicy } from '../../../src/identity/repository-policy.ts';
import { createRepository } from '../../../src/registry/create-repository.ts';
import { rootArn } from '../../../src/values/arn.ts';
import type { TestBerth } from '../../berth.ts';
import * as make from '../../identity.ts';

/** Who asks: what he signs with, and as whom he is denied. */
export interface Asking {
  readonly arn: string;
  readonly account: string;
  readonly credentials: make.Credentials;
}

/** The repositories of the account that owns them, by the policy that is on them. */
export const REPOSITORIES = {
  plain: 'matrix/plain',
  denied: 'matrix/denied',
  delegated: 'matrix/delegated',
  named: 'matrix/named',
  /** It does not exist: who may is told so, who may not is told no more than elsewhere. */
  absent: 'matrix/absent',
  /** Nor does this one: the registry policy lets the other account do anything with it. */
  open: 'matrix/open',
} as const;

export type Cast = Awaited<ReturnType<typeof castOf>>;

/** Everyone who asks in the matrix, and what he asks for. It lets time pass, so that one session has expired. */
export async function castOf(berth: TestBerth) {
  const owner = berth.registry.account;
  const other = await make.account(berth);
  const everything = make.allowing('*');
  const boundary = await make.managedPolicy(berth, make.denying('*'));
  const silent = await make.managedPolicy(berth, make.allowing('s3:GetObject'));
  const former = await make.user(berth, { name: 'former' });
  const deniedByRegistry = await make.user(berth, { policies: [everything] });
  const admin = asking(await make.user(berth, { policies: [everything] }));
  const deactivated = asking(await make.user(berth, { policies: [everything] }));
  const builder = await make.role(berth, { policies: [everything] });

  await putRepositories(berth, {
    denied: statement('Deny', '*'),
    delegated: statement('Allow', { AWS: other.account }),
    named: statement('Allow', { AWS: former.arn }),
  });
  const repositories = `arn:aws:ecr:${berth.registry.region}:${owner}:repository/`;
  const denied = statement('Deny', { AWS: deniedByRegistry.arn }, { Resource: `${repositories}*` });
  const opened = statement('Allow', { AWS: other.account }, { Resource: `${repositories}${REPOSITORIES.open}` });
  const registryPolicy = { ...denied, Statement: [...denied.Statement, ...opened.Statement] };
  await putRegistryPolicy(berth.world, berth.registry, JSON.stringify(registryPolicy));

  const expired = ofSession(berth, builder, { name: 'expired', seconds: 60 });
  const logins = {
    deactivated: await make.loginOf(berth, deactivated.credentials),
    deleted: await make.loginOf(berth, former),
    expired: await make.loginOf(berth, expired.credentials),
  };
  await make.setKeyStatus(berth, deactivated.credentials, 'Inactive');
  await make.remove(berth, former);
  berth.pass(61_000);

  return {
    owner,
    other: other.account,
    boundary,
    logins,
    admin,
    /** In an account in which nothing depends on what he does. */
    elsewhere: asking(await make.user(berth, { account: (await make.account(berth)).account, policies: [everything] })),
    deactivated,
    expired,
    deleted: asking(former),
    namesake: asking(await make.user(berth, { name: 'former' })),
    reader: asking(
      await make.user(berth, { policies: ['arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly'] }),
    ),
    puller: asking(
      await make.user(berth, { policies: ['arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly'] }),
    ),
    silent: asking(await make.user(berth)),
    stranger: asking(await make.user(berth, { account: other.account, policies: [everything] })),
    strangersRoot: { arn: rootArn(other.account, berth.registry.region), account: other.account, credentials: other },
    delegate: asking(await make.user(berth, { account: other.account })),
    deniedByIdentity: asking(await make.user(berth, { policies: [make.denying('*')] })),
    deniedByBoundary: asking(await make.user(berth, { policies: [everything], boundary })),
    unbounded: asking(await make.user(berth, { policies: [everything], boundary: silent })),
    deniedBySession: ofSession(berth, builder, { name: 'denied', policies: [JSON.stringify(make.denying('*'))] }),
    unmentioned: ofSession(berth, builder, {
      name: 'silent',
      policies: [JSON.stringify(make.allowing('s3:GetObject'))],
    }),
    deniedByRegistry: asking(deniedByRegistry),
  };
}

function asking({ arn, account, ...credentials }: make.TestUser): Asking {
  return { arn, account, credentials };
}

function ofSession(berth: TestBerth, role: make.TestRole, wanted: Parameters<typeof make.session>[2]): Asking {
  const arn = `arn:aws:sts::${role.account}:assumed-role/${role.name}/${wanted?.name}`;
  return { arn, account: role.account, credentials: make.session(berth, role, wanted) };
}

function statement(effect: 'Allow' | 'Deny', principal: unknown, more: object = {}) {
  const one = { Effect: effect, Principal: principal, Action: 'ecr:*', ...more };
  return { Version: '2012-10-17', Statement: [one] };
}

async function putRepositories(
  { world, registry }: TestBerth,
  policies: Readonly<Partial<Record<keyof typeof REPOSITORIES, object>>>,
): Promise<void> {
  const { account, region } = registry;
  const arn = rootArn(account, region);
  const principal = { kind: 'root', account, arn, userId: account, accessKeyId: 'AKIA', identityVersion: 1 } as const;
  const request = { region, sourceIp: undefined, isSecure: false, userAgent: undefined, referer: undefined };
  const root: Caller = { principal, request };
  for (const [name, repositoryName] of Object.entries(REPOSITORIES)) {
    if (name === 'absent' || name === 'open') continue;
    await createRepository(world, { registry, repositoryName });
    const policy = policies[name as keyof typeof REPOSITORIES];
    if (!policy) continue;
    const text = JSON.stringify(policy);
    await setRepositoryPolicy(world, root, { registry, repositoryName, text, force: true });
  }
  expect(Object.keys(policies)).toHaveLength(3);
}
