import {
  inlinePoliciesOf,
  membershipsOf,
  tagsOfEntities,
  versionsOfPolicies,
} from '../../storage/metadata/account-details.ts';
import { attachmentsOf, type EntityKind, type EntityRow, entitiesOf } from '../../storage/metadata/attachments.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { findRoleById } from '../../storage/metadata/roles.ts';
import { awsManagedPolicy } from '../aws-managed-policies.ts';
import { type AttachedPolicy, attachedByName } from './attachments.ts';
import { describeUntagged, type Role } from './describe-role.ts';
import { type Iam, iamArn } from './iam.ts';
import { describeProfilesOf, type InstanceProfile } from './instance-profiles.ts';
import { allPolicies, type ManagedPolicy } from './managed-policies.ts';
import type { PolicyVersion } from './policy-versions.ts';
import type { IamTag } from './tags.ts';

/** What GetAccountAuthorizationDetails can be asked for. */
export type DetailKind = 'User' | 'Group' | 'Role' | 'LocalManagedPolicy' | 'AWSManagedPolicy';

export interface EntityDetail {
  readonly kind: EntityKind;
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly createdAt: Date;
  readonly boundaryArn: string | undefined;
  readonly inline: readonly { readonly name: string; readonly document: string }[];
  readonly attached: readonly AttachedPolicy[];
  readonly tags: readonly IamTag[];
  /** Of a user. */
  readonly groups: readonly string[];
  /** Of a role; its tags are above. */
  readonly role: Role | undefined;
  readonly profiles: readonly InstanceProfile[];
}

export type PolicyDetail = ManagedPolicy & { readonly versions: readonly PolicyVersion[] };

/**
 * A page of all that decides who may do what in the account: users, groups, roles, its own policies, and those of AWS's
 * that are in use. `next` is the last position of the page where there are more.
 */
export async function accountDetails(
  iam: Iam,
  account: string,
  { kinds, after, limit }: { kinds: readonly DetailKind[]; after: string | undefined; limit: number },
): Promise<{
  readonly entities: readonly EntityDetail[];
  readonly policies: readonly PolicyDetail[];
  readonly next: string | undefined;
}> {
  return iam.metadata.read(async (tx) => {
    const all = await everything(iam, tx, account, kinds);
    const behind = all.filter((it) => after === undefined || it.position > after);
    const page = behind.slice(0, limit);
    return {
      entities: await describeEntities(
        iam,
        tx,
        account,
        page.flatMap((it) => it.entity ?? []),
      ),
      policies: await describePolicies(
        tx,
        page.flatMap((it) => it.policy ?? []),
      ),
      next: behind.length > limit ? page.at(-1)?.position : undefined,
    };
  });
}

type Entity = EntityRow & { readonly kind: EntityKind };

/** One line of the report: where it stands, and what it is about. */
interface Line {
  readonly kind: DetailKind;
  readonly position: string;
  readonly entity?: Entity;
  readonly policy?: ManagedPolicy;
}

/** All lines in their order, with what one query for each kind gives. */
async function everything(iam: Iam, tx: Reading, account: string, kinds: readonly DetailKind[]): Promise<Line[]> {
  const lines: Line[] = [];
  const entityKinds = [['User', 'user'] as const, ['Group', 'group'] as const, ['Role', 'role'] as const];
  for (const [at, [kind, entityKind]] of entityKinds.entries()) {
    if (!kinds.includes(kind)) continue;
    for (const row of await entitiesOf(tx, entityKind, account)) {
      const entity = { ...row, kind: entityKind };
      lines.push({ kind, position: `${at} ${row.name.toLowerCase()}`, entity });
    }
  }
  if (!kinds.includes('LocalManagedPolicy') && !kinds.includes('AWSManagedPolicy')) return lines;
  const policies: Line[] = (await allPolicies(iam, tx, account)).map((policy) => ({
    kind: policy.isOfAws ? 'AWSManagedPolicy' : 'LocalManagedPolicy',
    position: `${policy.isOfAws ? 4 : 3} ${policy.name.toLowerCase()}`,
    policy,
  }));
  const wanted = policies.filter(({ kind, policy }) => {
    const isUsed = policy !== undefined && policy.use.attached + policy.use.bounding > 0;
    return kinds.includes(kind) && (isUsed || kind === 'LocalManagedPolicy');
  });
  return [...lines, ...wanted.sort((a, b) => (a.position < b.position ? -1 : 1))];
}

async function describeEntities(
  iam: Iam,
  tx: Reading,
  account: string,
  entities: readonly Entity[],
): Promise<EntityDetail[]> {
  if (entities.length === 0) return [];
  const ids = entities.map((it) => it.id);
  const inline = Map.groupBy(await inlinePoliciesOf(tx, ids), (it) => it.entity_id);
  const tags = Map.groupBy(await tagsOfEntities(tx, ids), (it) => it.entity_id);
  const groups = Map.groupBy(await membershipsOf(tx, ids), (it) => it.user_id);
  const attached = Map.groupBy(await attachmentsOf(tx, account), (it) => it.entity_id);
  const described = [];
  for (const entity of entities) {
    const { id, kind } = entity;
    const row = kind === 'role' ? await findRoleById(tx, id) : undefined;
    described.push({
      kind,
      id,
      arn: iamArn(iam, kind, entity),
      name: entity.name,
      path: entity.path,
      createdAt: new Date(entity.created_at),
      boundaryArn: entity.boundary_arn ?? undefined,
      inline: (inline.get(id) ?? []).map(({ name, document }) => ({ name, document })),
      attached: attachedByName((attached.get(id) ?? []).map((it) => it.policy_arn)),
      tags: (tags.get(id) ?? []).map(({ key, value }) => ({ Key: key, Value: value })),
      groups: (groups.get(id) ?? []).map((it) => it.group_name),
      role: row && (await describeUntagged(iam, tx, row)),
      profiles: row ? await describeProfilesOf(iam, tx, id) : [],
    });
  }
  return described;
}

async function describePolicies(tx: Reading, policies: readonly ManagedPolicy[]): Promise<PolicyDetail[]> {
  const own = policies.filter((it) => !it.isOfAws).map((it) => it.id);
  const versions = Map.groupBy(await versionsOfPolicies(tx, own), (it) => it.policy_id);
  return policies.map((policy) => {
    const { id, arn, defaultVersionId, updatedAt } = policy;
    const aws = awsManagedPolicy(arn);
    const ofOwn = (versions.get(id) ?? []).map((row) => ({
      id: `v${row.version}`,
      isDefault: `v${row.version}` === defaultVersionId,
      createdAt: new Date(row.created_at),
      document: row.document,
    }));
    const ofAws = aws && { id: aws.versionId, isDefault: true, createdAt: updatedAt, document: aws.document };
    return { ...policy, versions: ofAws ? [ofAws] : ofOwn };
  });
}
