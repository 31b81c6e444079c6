import { usersInGroups } from '../../storage/metadata/account-details.ts';
import { accessKeysOf } from '../../storage/metadata/accounts.ts';
import { attachedTo, type EntityKind, type EntityRow, entitiesOf } from '../../storage/metadata/attachments.ts';
import { managedPoliciesOf, policyVersions } from '../../storage/metadata/managed-policies.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { parseIdentityArn } from '../../values/identity-arn.ts';
import { awsManagedPolicy, listAwsManagedPolicies } from '../aws-managed-policies.ts';
import type { AccessReport } from './access-report-id.ts';
import { grantsService } from './grants-service.ts';
import { type Iam, iamArn } from './iam.ts';
import { getOwnPolicy } from './managed-policy.ts';
import { entityByArn } from './named-entity.ts';
import { policiesOfEntity } from './policies-of-entity.ts';
import { NotThere } from './refusals.ts';

/** The services that are here, by their namespaces, with the names that the report gives them. */
const SERVICES: Readonly<Record<string, string>> = {
  cloudtrail: 'AWS CloudTrail',
  ecr: 'Amazon Elastic Container Registry',
  'ecr-public': 'Amazon Elastic Container Registry Public',
  iam: 'AWS Identity and Access Management',
  kms: 'AWS Key Management Service',
  sts: 'AWS Security Token Service',
};

/** A user or role and when he was last there. */
export interface EntityAccess {
  readonly kind: 'user' | 'role';
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly last: { readonly at: Date; readonly region: string } | undefined;
}

export interface ServiceAccess {
  readonly namespace: string;
  readonly serviceName: string;
  /** Those whom the policies let in, the one who was there last first. */
  readonly entities: readonly EntityAccess[];
}

/** The unique id of what a report can be about. @throws InvalidInput, NotThere, PolicyNotFound */
export async function reportSubject(iam: Iam, account: string, arn: string): Promise<string> {
  if (parseIdentityArn(arn)?.type !== 'policy') {
    return (await iam.metadata.read((tx) => entityByArn(iam, tx, account, arn))).id;
  }
  const aws = awsManagedPolicy(arn);
  return aws?.id ?? (await iam.metadata.read((tx) => getOwnPolicy(iam, tx, account, arn))).policy_id;
}

/**
 * The services that the policies of the report's subject let someone into, and who was last there: for users by the last
 * use of their keys. When roles were used is known, for which service is not. @throws NotThere when the subject is gone
 */
export async function accessReport(iam: Iam, account: string, { subjectId }: AccessReport): Promise<ServiceAccess[]> {
  return iam.metadata.read(async (tx) => {
    const { documents, people } = await subjectOf(iam, tx, account, subjectId);
    const uses = await usesOf(iam, tx, people);
    const granted = Object.entries(SERVICES).filter(([it]) =>
      documents.some((document) => grantsService(document, it)),
    );
    return granted.map(([namespace, serviceName]) => {
      const entities = uses.map(({ entity, last }) => ({ ...entity, last: last.get(namespace) }));
      return { namespace, serviceName, entities: entities.sort((a, b) => timeOf(b) - timeOf(a)) };
    });
  });
}

type Person = EntityRow & { readonly kind: 'user' | 'role' };

async function subjectOf(
  iam: Iam,
  tx: Reading,
  account: string,
  id: string,
): Promise<{ documents: readonly string[]; people: readonly Person[] }> {
  for (const kind of ['user', 'role', 'group'] as const) {
    const row = (await entitiesOf(tx, kind, account)).find((it) => it.id === id);
    if (!row) continue;
    const policies = await policiesOfEntity(tx, { ...row, kind, arn: iamArn(iam, kind, row) });
    const people = kind === 'group' ? await members(tx, [id]) : [{ ...row, kind }];
    return { documents: policies.map((it) => it.document), people };
  }
  const aws = listAwsManagedPolicies().find((it) => it.id === id);
  if (aws) {
    const arn = iamArn(iam, 'policy', { account: 'aws', path: aws.path, name: aws.name });
    return { documents: [aws.document], people: await attachedPeople(tx, account, arn) };
  }
  const own = (await managedPoliciesOf(tx, account)).find((it) => it.policy_id === id);
  if (!own) throw NotThere({ what: `The entity ${id}` });
  const version = (await policyVersions(tx, id)).find((it) => it.version === own.default_version);
  const people = await attachedPeople(tx, account, iamArn(iam, 'policy', own));
  return { documents: version ? [version.document] : [], people };
}

/** Users and roles that have the policy, the users of groups that have it included. */
async function attachedPeople(tx: Reading, account: string, policyArn: string): Promise<Person[]> {
  const ids = await attachedTo(tx, account, policyArn);
  const having = async (kind: EntityKind) => (await entitiesOf(tx, kind, account)).filter((it) => ids.has(it.id));
  const groups = (await having('group')).map((it) => it.id);
  const users = [
    ...(await having('user')).map((it) => ({ ...it, kind: 'user' as const })),
    ...(await members(tx, groups)),
  ];
  const roles = (await having('role')).map((it) => ({ ...it, kind: 'role' as const }));
  return [...new Map([...users, ...roles].map((it) => [it.id, it])).values()];
}

async function members(tx: Reading, groupIds: readonly string[]): Promise<Person[]> {
  const users = await usersInGroups(tx, groupIds);
  return users.map((row) => ({ ...row, id: row.user_id, service: null, kind: 'user' }));
}

type LastByService = ReadonlyMap<string, { readonly at: Date; readonly region: string }>;

async function usesOf(
  iam: Iam,
  tx: Reading,
  people: readonly Person[],
): Promise<{ entity: Omit<EntityAccess, 'last'>; last: LastByService }[]> {
  const uses = [];
  for (const person of people) {
    const { kind, id, name, path } = person;
    const last = new Map<string, { at: Date; region: string }>();
    for (const key of kind === 'user' ? await accessKeysOf(tx, id) : []) {
      const { last_used_service: service, last_used_at: at, last_used_region: region } = key;
      if (service === null || at === null || region === null) continue;
      if ((last.get(service)?.at.getTime() ?? 0) < at) last.set(service, { at: new Date(at), region });
    }
    uses.push({ entity: { kind, id, name, path, arn: iamArn(iam, kind, person) }, last });
  }
  return uses;
}

function timeOf({ last }: EntityAccess): number {
  return last?.at.getTime() ?? 0;
}
