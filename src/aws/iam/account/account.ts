import { accountSummary, aliasesOf, createAlias, deleteAlias } from '../../../identity/iam/account.ts';
import { credentialReport } from '../../../identity/iam/credential-report.ts';
import type {
  CreateAccountAliasRequest,
  DeleteAccountAliasRequest,
  GenerateCredentialReportResponse,
  GetAccountSummaryResponse,
  GetCredentialReportResponse,
  ListAccountAliasesRequest,
  ListAccountAliasesResponse,
} from '../../model/iam.ts';
import { type Empty, operation } from '../../operation.ts';
import { cutPage } from '../paging.ts';

/** Gives the account a name that no other has, in place of the one before. API_CreateAccountAlias. */
export const CreateAccountAlias = operation<CreateAccountAliasRequest, void>({
  service: 'iam',
  name: 'CreateAccountAlias',
  action: 'iam:CreateAccountAlias',
  resource: () => '*',

  async handle({ AccountAlias }, { world, principal }) {
    await createAlias(world, principal.account, AccountAlias);
  },
});

export const DeleteAccountAlias = operation<DeleteAccountAliasRequest, void>({
  service: 'iam',
  name: 'DeleteAccountAlias',
  action: 'iam:DeleteAccountAlias',
  resource: () => '*',

  async handle({ AccountAlias }, { world, principal }) {
    await deleteAlias(world, principal.account, AccountAlias);
  },
});

export const ListAccountAliases = operation<ListAccountAliasesRequest, ListAccountAliasesResponse>({
  service: 'iam',
  name: 'ListAccountAliases',
  action: 'iam:ListAccountAliases',
  resource: () => '*',

  async handle(input, call) {
    const items = await aliasesOf(call.world, call.principal.account);
    const page = cutPage(call, { operation: 'ListAccountAliases' }, input, { items, positionOf: (it) => it });
    return { AccountAliases: page.items, ...page.end };
  },
});

export const GetAccountSummary = operation<Empty, GetAccountSummaryResponse>({
  service: 'iam',
  name: 'GetAccountSummary',
  action: 'iam:GetAccountSummary',
  resource: () => '*',

  async handle(_, { world, principal }) {
    return { SummaryMap: await accountSummary(world, principal.account) };
  },
});

/** The report is made when it is fetched, so there is nothing to wait for. API_GenerateCredentialReport. */
export const GenerateCredentialReport = operation<Empty, GenerateCredentialReportResponse>({
  service: 'iam',
  name: 'GenerateCredentialReport',
  action: 'iam:GenerateCredentialReport',
  resource: () => '*',

  async handle() {
    return { State: 'COMPLETE' };
  },
});

export const GetCredentialReport = operation<Empty, GetCredentialReportResponse>({
  service: 'iam',
  name: 'GetCredentialReport',
  action: 'iam:GetCredentialReport',
  resource: () => '*',

  async handle(_, { world, principal }) {
    return {
      Content: Buffer.from(await credentialReport(world, principal.account), 'utf8'),
      ReportFormat: 'text/csv',
      GeneratedTime: world.clock.now(),
    };
  },
});
