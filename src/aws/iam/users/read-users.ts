import { accountCreatedAt } from '../../../identity/iam/account.ts';
import { iamArn } from '../../../identity/iam/iam.ts';
import { getUser, listUsers } from '../../../identity/iam/users.ts';
import type {
  GetUserRequest,
  GetUserResponse,
  ListUsersRequest,
  ListUsersResponse,
  User as UserShape,
} from '../../model/iam.ts';
import { type Call, operation } from '../../operation.ts';
import { pageEnd, pageOf } from '../paging.ts';
import { listedUser, wholeUser } from './describe.ts';
import { ON_WHOSE, whose } from './whose.ts';

/** A user, or who calls. API_GetUser. */
export const GetUser = operation<GetUserRequest, GetUserResponse | { readonly User: RootUser }>({
  service: 'iam',
  name: 'GetUser',
  action: 'iam:GetUser',
  ...ON_WHOSE,

  async handle(input, call) {
    const { world, principal } = call;
    const name = whose(input, call);
    if (name === undefined) return { User: await rootUser(call) };
    return { User: wholeUser(await getUser(world, principal.account, name)) };
  },
});

/** The account's root has neither name nor path. */
type RootUser = Pick<UserShape, 'UserId' | 'Arn' | 'CreateDate'>;

async function rootUser({ world, principal: { account, arn } }: Call): Promise<RootUser> {
  return { UserId: account, Arn: arn, CreateDate: await accountCreatedAt(world, account) };
}

export const ListUsers = operation<ListUsersRequest, ListUsersResponse>({
  service: 'iam',
  name: 'ListUsers',
  action: 'iam:ListUsers',
  resource: ({ PathPrefix: path = '/' }, { world, principal }) =>
    iamArn(world, 'user', { account: principal.account, path, name: '' }),

  async handle(input, call) {
    const { PathPrefix: pathPrefix } = input;
    const listing = { operation: 'ListUsers', filter: pathPrefix };
    const page = { ...pageOf(call, listing, input), pathPrefix };
    const { users, next } = await listUsers(call.world, call.principal.account, page);
    return { Users: users.map(listedUser), ...pageEnd(call, listing, next) };
  },
});
