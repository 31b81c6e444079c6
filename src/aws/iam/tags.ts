import { tagEntity, tagsOfEntity, untagEntity } from '../../identity/iam/entity-tags.ts';
import type { IamTag } from '../../identity/iam/tags.ts';
import type {
  ListInstanceProfileTagsRequest,
  ListOpenIDConnectProviderTagsRequest,
  ListPolicyTagsRequest,
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  ListUserTagsRequest,
  TagInstanceProfileRequest,
  TagOpenIDConnectProviderRequest,
  TagPolicyRequest,
  TagRoleRequest,
  TagUserRequest,
  UntagInstanceProfileRequest,
  UntagOpenIDConnectProviderRequest,
  UntagPolicyRequest,
  UntagRoleRequest,
  UntagUserRequest,
} from '../model/iam.ts';
import { type Operation, operation } from '../operation.ts';
import { onTarget, requestTags } from './on-target.ts';
import { cutPage, type PageInput } from './paging.ts';

type TaggedKind = Parameters<typeof tagEntity>[1]['kind'];

/** Adds tags, or gives those that are there new values. API_TagRole and its like. */
function tagging<In extends { readonly Tags: readonly IamTag[] }>(
  name: string,
  kind: TaggedKind,
  nameOf: (input: In) => string,
): Operation {
  return operation<In, void>({
    service: 'iam',
    name,
    action: `iam:${name}`,
    ...onTarget<In>(kind, nameOf, ({ Tags }) => requestTags(Tags)),

    async handle(input, { world, principal }) {
      await tagEntity(world, { kind, account: principal.account, name: nameOf(input) }, input.Tags);
    },
  });
}

/** Takes tags away. API_UntagRole and its like. */
function untagging<In extends { readonly TagKeys: readonly string[] }>(
  name: string,
  kind: TaggedKind,
  nameOf: (input: In) => string,
): Operation {
  return operation<In, void>({
    service: 'iam',
    name,
    action: `iam:${name}`,
    ...onTarget<In>(kind, nameOf, ({ TagKeys }) => (TagKeys.length > 0 ? [['aws:TagKeys', TagKeys]] : [])),

    async handle(input, { world, principal }) {
      await untagEntity(world, { kind, account: principal.account, name: nameOf(input) }, input.TagKeys);
    },
  });
}

/** A page of the tags by key. API_ListRoleTags and its like. */
function listingTags<In extends PageInput>(name: string, kind: TaggedKind, nameOf: (input: In) => string): Operation {
  return operation<In, ListRoleTagsResponse>({
    service: 'iam',
    name,
    action: `iam:${name}`,
    ...onTarget<In>(kind, nameOf),

    async handle(input, call) {
      const items = await tagsOfEntity(call.world, { kind, account: call.principal.account, name: nameOf(input) });
      const listing = { operation: name, filter: nameOf(input) };
      const page = cutPage(call, listing, input, { items, positionOf: ({ Key }) => Key.toLowerCase() });
      return { Tags: page.items, ...page.end };
    },
  });
}

const userName = (it: { readonly UserName: string }) => it.UserName;
const roleName = (it: { readonly RoleName: string }) => it.RoleName;
const policyArn = (it: { readonly PolicyArn: string }) => it.PolicyArn;
const profileName = (it: { readonly InstanceProfileName: string }) => it.InstanceProfileName;
const providerArn = (it: { readonly OpenIDConnectProviderArn: string }) => it.OpenIDConnectProviderArn;

/** The tags of users, roles, policies, instance profiles and OIDC providers. */
export const TAG_OPERATIONS: readonly Operation[] = [
  tagging<TagUserRequest>('TagUser', 'user', userName),
  untagging<UntagUserRequest>('UntagUser', 'user', userName),
  listingTags<ListUserTagsRequest>('ListUserTags', 'user', userName),
  tagging<TagRoleRequest>('TagRole', 'role', roleName),
  untagging<UntagRoleRequest>('UntagRole', 'role', roleName),
  listingTags<ListRoleTagsRequest>('ListRoleTags', 'role', roleName),
  tagging<TagPolicyRequest>('TagPolicy', 'policy', policyArn),
  untagging<UntagPolicyRequest>('UntagPolicy', 'policy', policyArn),
  listingTags<ListPolicyTagsRequest>('ListPolicyTags', 'policy', policyArn),
  tagging<TagInstanceProfileRequest>('TagInstanceProfile', 'instance-profile', profileName),
  untagging<UntagInstanceProfileRequest>('UntagInstanceProfile', 'instance-profile', profileName),
  listingTags<ListInstanceProfileTagsRequest>('ListInstanceProfileTags', 'instance-profile', profileName),
  tagging<TagOpenIDConnectProviderRequest>('TagOpenIDConnectProvider', 'oidc-provider', providerArn),
  untagging<UntagOpenIDConnectProviderRequest>('UntagOpenIDConnectProvider', 'oidc-provider', providerArn),
  listingTags<ListOpenIDConnectProviderTagsRequest>('ListOpenIDConnectProviderTags', 'oidc-provider', providerArn),
];
