import {
  createPolicyVersion,
  deletePolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  type PolicyVersion,
  setDefaultVersion,
} from '../../../identity/iam/policy-versions.ts';
import type {
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse,
  DeletePolicyVersionRequest,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  ListPolicyVersionsRequest,
  ListPolicyVersionsResponse,
  SetDefaultPolicyVersionRequest,
} from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { onTarget } from '../on-target.ts';
import { cutPage } from '../paging.ts';
import { listedVersion, wholeVersion } from './describe.ts';

export const CreatePolicyVersion = operation<CreatePolicyVersionRequest, CreatePolicyVersionResponse>({
  service: 'iam',
  name: 'CreatePolicyVersion',
  action: 'iam:CreatePolicyVersion',
  ...onTarget<CreatePolicyVersionRequest>('policy', (it) => it.PolicyArn),

  async handle({ PolicyArn, PolicyDocument: document, SetAsDefault: isDefault = false }, { world, principal }) {
    const version = await createPolicyVersion(world, principal.account, PolicyArn, { document, isDefault });
    return { PolicyVersion: listedVersion(version) };
  },
});

export const GetPolicyVersion = operation<GetPolicyVersionRequest, GetPolicyVersionResponse>({
  service: 'iam',
  name: 'GetPolicyVersion',
  action: 'iam:GetPolicyVersion',
  ...onTarget<GetPolicyVersionRequest>('policy', (it) => it.PolicyArn),

  async handle({ PolicyArn, VersionId }, { world, principal }) {
    return { PolicyVersion: wholeVersion(await getPolicyVersion(world, principal.account, PolicyArn, VersionId)) };
  },
});

export const DeletePolicyVersion = operation<DeletePolicyVersionRequest, void>({
  service: 'iam',
  name: 'DeletePolicyVersion',
  action: 'iam:DeletePolicyVersion',
  ...onTarget<DeletePolicyVersionRequest>('policy', (it) => it.PolicyArn),
  handle: ({ PolicyArn, VersionId }, { world, principal }) =>
    deletePolicyVersion(world, principal.account, PolicyArn, VersionId),
});

/** The newest first. API_ListPolicyVersions. */
export const ListPolicyVersions = operation<ListPolicyVersionsRequest, ListPolicyVersionsResponse>({
  service: 'iam',
  name: 'ListPolicyVersions',
  action: 'iam:ListPolicyVersions',
  ...onTarget<ListPolicyVersionsRequest>('policy', (it) => it.PolicyArn),

  async handle(input, call) {
    const items = await listPolicyVersions(call.world, call.principal.account, input.PolicyArn);
    const listing = { operation: 'ListPolicyVersions', filter: input.PolicyArn };
    // Positions ascend while versions descend.
    const positionOf = ({ id }: PolicyVersion) => String(1e9 - Number(id.slice(1)));
    const page = cutPage(call, listing, input, { items, positionOf });
    return { Versions: page.items.map(listedVersion), ...page.end };
  },
});

/** Puts another version in force, from the next request on. API_SetDefaultPolicyVersion. */
export const SetDefaultPolicyVersion = operation<SetDefaultPolicyVersionRequest, void>({
  service: 'iam',
  name: 'SetDefaultPolicyVersion',
  action: 'iam:SetDefaultPolicyVersion',
  ...onTarget<SetDefaultPolicyVersionRequest>('policy', (it) => it.PolicyArn),
  handle: ({ PolicyArn, VersionId }, { world, principal }) =>
    setDefaultVersion(world, principal.account, PolicyArn, VersionId),
});
