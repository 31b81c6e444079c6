import {
  createAccessKey,
  deleteAccessKey,
  listAccessKeys,
  setAccessKeyStatus,
} from '../../../identity/iam/access-keys.ts';
import { InvalidInput } from '../../../identity/iam/refusals.ts';
import type {
  CreateAccessKeyRequest,
  CreateAccessKeyResponse,
  DeleteAccessKeyRequest,
  ListAccessKeysRequest,
  ListAccessKeysResponse,
  UpdateAccessKeyRequest,
} from '../../model/iam.ts';
import { operation } from '../../operation.ts';
import { cutPage } from '../paging.ts';
import { ON_WHOSE, whose, whoseAmongUsers } from '../users/whose.ts';

/** Makes a key for a user; its secret is in this answer and in no other. API_CreateAccessKey. */
export const CreateAccessKey = operation<CreateAccessKeyRequest, CreateAccessKeyResponse>({
  service: 'iam',
  name: 'CreateAccessKey',
  action: 'iam:CreateAccessKey',
  ...ON_WHOSE,

  async handle(input, call) {
    const { world, principal } = call;
    const key = await createAccessKey(world, principal.account, whoseAmongUsers(input, call));
    return {
      AccessKey: {
        UserName: key.userName,
        AccessKeyId: key.accessKeyId,
        Status: key.status,
        SecretAccessKey: key.secretAccessKey,
        CreateDate: key.createdAt,
      },
    };
  },
});

export const ListAccessKeys = operation<ListAccessKeysRequest, ListAccessKeysResponse>({
  service: 'iam',
  name: 'ListAccessKeys',
  action: 'iam:ListAccessKeys',
  ...ON_WHOSE,

  async handle(input, call) {
    const name = whose(input, call);
    const keys = await listAccessKeys(call.world, call.principal.account, name);
    const listing = { operation: 'ListAccessKeys', filter: name };
    // Times first, since keys are shown in the order in which they were made.
    const positionOf = (it: (typeof keys)[number]) => `${it.createdAt.toISOString()} ${it.accessKeyId}`;
    const page = cutPage(call, listing, input, { items: keys, positionOf });
    const items = page.items.map(({ userName, accessKeyId, status, createdAt }) => ({
      ...(userName !== undefined && { UserName: userName }),
      AccessKeyId: accessKeyId,
      Status: status,
      CreateDate: createdAt,
    }));
    return { AccessKeyMetadata: items, ...page.end };
  },
});

/** Turns a key off or on; it holds for the next request, and for logins that were made with it. API_UpdateAccessKey. */
export const UpdateAccessKey = operation<UpdateAccessKeyRequest, void>({
  service: 'iam',
  name: 'UpdateAccessKey',
  action: 'iam:UpdateAccessKey',
  ...ON_WHOSE,

  async handle(input, call) {
    const { AccessKeyId: accessKeyId, Status: status } = input;
    const userName = whoseAmongUsers(input, call);
    if (status === 'Expired')
      throw InvalidInput({ what: 'A key becomes Expired by time alone. Use Active or Inactive.' });
    await setAccessKeyStatus(call.world, call.principal.account, { userName, accessKeyId, status });
  },
});

export const DeleteAccessKey = operation<DeleteAccessKeyRequest, void>({
  service: 'iam',
  name: 'DeleteAccessKey',
  action: 'iam:DeleteAccessKey',
  ...ON_WHOSE,

  async handle(input, call) {
    const userName = whoseAmongUsers(input, call);
    await deleteAccessKey(call.world, call.principal.account, { userName, accessKeyId: input.AccessKeyId });
  },
});
