import { changeIdentity } from '../../storage/metadata/accounts.ts';
import type { OidcProviderRow } from '../../storage/metadata/identity-tables.ts';
import {
  addOidcProvider,
  changeOidcProvider,
  findOidcProvider,
  oidcProvidersOf,
  removeOidcProvider,
} from '../../storage/metadata/oidc-providers.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { hasPort, oidcProviderArn, parseIssuerUrl } from '../../values/oidc-provider-arn.ts';
import { type Iam, iamPartition } from './iam.ts';
import {
  IamValidationFailed,
  InvalidInput,
  OidcProviderAlreadyExists,
  OidcProviderNotFound,
  QuotaExceeded,
} from './refusals.ts';
import { addTags, type IamTag, removeTags, tagsOf } from './tags.ts';

const PROVIDERS_AT_MOST = 100;
const CLIENTS_AT_MOST = 100;
const THUMBPRINTS_AT_MOST = 5;
/** Where none is given. AWS takes it from the issuer's certificate; nobody uses it, there or here. */
const NO_THUMBPRINT = '0'.repeat(40);

/** Who signs tokens for users of the account, and for which audiences. */
export interface OidcProvider {
  readonly arn: string;
  /** Host and path, without scheme. */
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly createdAt: Date;
  readonly tags: readonly IamTag[];
}

export interface NewOidcProvider {
  readonly url: string;
  readonly clientIds?: readonly string[] | undefined;
  readonly thumbprints?: readonly string[] | undefined;
  readonly tags?: readonly IamTag[] | undefined;
}

/** @throws IamValidationFailed (the URL), InvalidInput, OidcProviderAlreadyExists, QuotaExceeded, LimitExceeded (tags) */
export async function createOidcProvider(
  iam: Iam,
  account: string,
  { url: issuer, clientIds = [], thumbprints = [], tags = [] }: NewOidcProvider,
): Promise<OidcProvider> {
  const url = parseIssuerUrl(issuer);
  // docs/differences.md, "Issuers with a port".
  const isStrict = iam.rules.fidelity === 'aws-strict';
  if (url === undefined || (isStrict && hasPort(url))) {
    throw IamValidationFailed({ what: 'Invalid Open ID Connect Provider URL' });
  }
  const clients = [...new Set(clientIds)];
  checkClients(clients);
  checkThumbprints(thumbprints);
  const row: OidcProviderRow = {
    arn: oidcProviderArn(iamPartition(iam), account, url),
    account,
    url,
    client_ids: JSON.stringify(clients),
    thumbprints: JSON.stringify(thumbprints.length > 0 ? thumbprints : [NO_THUMBPRINT]),
    created_at: iam.clock.now().getTime(),
  };
  return iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const count = (await oidcProvidersOf(tx, account)).length;
    if (!(await addOidcProvider(tx, row))) throw OidcProviderAlreadyExists({ url: issuer });
    if (count >= PROVIDERS_AT_MOST) {
      throw QuotaExceeded({ quota: 'OpenIdConnectProvidersPerAccount', limit: PROVIDERS_AT_MOST });
    }
    await addTags(tx, row.arn, tags);
    return describe(tx, row);
  });
}

/** @throws OidcProviderNotFound */
export function getOidcProvider(iam: Iam, account: string, arn: string): Promise<OidcProvider> {
  return iam.metadata.read(async (tx) => describe(tx, await providerRow(tx, account, arn)));
}

/** ARNs of the account's providers, by URL. */
export async function listOidcProviders(iam: Iam, account: string): Promise<string[]> {
  return (await iam.metadata.read((tx) => oidcProvidersOf(tx, account))).map((row) => row.arn);
}

/** Roles that name it stay, and let nobody in by it. One that is not there counts as removed. */
export async function deleteOidcProvider(iam: Iam, account: string, arn: string): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    if (!(await findOidcProvider(tx, account, arn))) return;
    await removeTags(tx, arn);
    await removeOidcProvider(tx, arn);
  });
}

/** Replaces all thumbprints. @throws OidcProviderNotFound, InvalidInput */
export async function setThumbprints(
  iam: Iam,
  account: string,
  arn: string,
  thumbprints: readonly string[],
): Promise<void> {
  checkThumbprints(thumbprints);
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    await providerRow(tx, account, arn);
    await changeOidcProvider(tx, arn, { thumbprints: JSON.stringify(thumbprints) });
  });
}

/** One that is there already stays. @throws OidcProviderNotFound, QuotaExceeded */
export function addClientId(iam: Iam, account: string, arn: string, clientId: string): Promise<void> {
  return changeClients(iam, account, arn, (clients) => [...new Set([...clients, clientId])]);
}

/** One that is not there is passed over. @throws OidcProviderNotFound */
export function removeClientId(iam: Iam, account: string, arn: string, clientId: string): Promise<void> {
  return changeClients(iam, account, arn, (clients) => clients.filter((it) => it !== clientId));
}

async function changeClients(
  iam: Iam,
  account: string,
  arn: string,
  change: (clients: readonly string[]) => readonly string[],
): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const clients = change(listIn((await providerRow(tx, account, arn)).client_ids));
    checkClients(clients);
    await changeOidcProvider(tx, arn, { client_ids: JSON.stringify(clients) });
  });
}

function checkClients(clients: readonly string[]): void {
  if (clients.length > CLIENTS_AT_MOST) {
    throw QuotaExceeded({ quota: 'ClientIdsPerOpenIdConnectProvider', limit: CLIENTS_AT_MOST });
  }
}

function checkThumbprints(thumbprints: readonly string[]): void {
  if (thumbprints.length > THUMBPRINTS_AT_MOST) {
    throw InvalidInput({ what: `Thumbprint list must contain no more than ${THUMBPRINTS_AT_MOST} entries.` });
  }
  const wrong = thumbprints.find((it) => !/^[0-9A-Fa-f]{40}$/.test(it));
  if (wrong !== undefined) throw InvalidInput({ what: `Thumbprint ${wrong} is not 40 hexadecimal digits.` });
}

async function providerRow(tx: Reading, account: string, arn: string): Promise<OidcProviderRow> {
  const row = await findOidcProvider(tx, account, arn);
  if (!row) throw OidcProviderNotFound({ arn });
  return row;
}

async function describe(tx: Reading, row: OidcProviderRow): Promise<OidcProvider> {
  return {
    arn: row.arn,
    url: row.url,
    clientIds: listIn(row.client_ids),
    thumbprints: listIn(row.thumbprints),
    createdAt: new Date(row.created_at),
    tags: await tagsOf(tx, row.arn),
  };
}

/** The column was written here. */
function listIn(column: string): readonly string[] {
  return JSON.parse(column) as string[];
}
