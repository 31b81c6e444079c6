import { CreateKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MODELS, type Service } from '../../../src/aws/model/models.ts';
import type { Operation } from '../../../src/aws/operation.ts';
import { allOperations } from '../../../src/aws/operations.ts';
import { startBerth, type TestBerth } from '../../berth.ts';
import type { Credentials } from '../../identity.ts';
import { sampleOf } from '../samples.ts';
import { type Cast, castOf } from './cast.ts';
import { CE_ROWS } from './ce-rows.ts';
import { type Column, columnsOf, sentence, type Verdict } from './columns.ts';
import { ECR_ROWS } from './ecr-rows.ts';
import { EVENTS_ROWS } from './events-rows.ts';
import { IAM_ROWS } from './iam-rows.ts';
import { KMS_ROWS } from './kms-rows.ts';
import { NOBODY_IS_DENIED, OWN_RULES, type Row, type Rows, rowsOf } from './rows.ts';
import { type Said, send } from './send.ts';
import { SERVICE_QUOTAS_ROWS } from './service-quotas-rows.ts';
import { SIGNER_ROWS } from './signer-rows.ts';
import { STS_ROWS } from './sts-rows.ts';

const ROWS: Readonly<Record<Service, Rows>> = {
  ecr: ECR_ROWS,
  iam: IAM_ROWS,
  sts: STS_ROWS,
  kms: KMS_ROWS,
  cloudtrail: rowsOf('cloudtrail', { LookupEvents: '*' }),
  ce: CE_ROWS,
  events: EVENTS_ROWS,
  signer: SIGNER_ROWS,
  servicequotas: SERVICE_QUOTAS_ROWS,
};

/** Those that are signed: who is called without a signature brings proof of another kind. */
const OPERATIONS = (await allOperations()).filter((it) => !it.isUnsigned);

let berth: TestBerth;
let cast: Cast;
/** What stands for words in braces, by account. */
const words = new Map<string, Readonly<Record<string, string>>>();
beforeAll(async () => {
  berth = await startBerth();
  cast = await castOf(berth);
  for (const { account, credentials } of [cast.admin, cast.elsewhere]) {
    words.set(account, { account, region: berth.registry.region, ...(await keyOf(credentials)) });
  }
});
afterAll(() => berth.stop());

test('every operation has a row, and every row an operation of the API', () => {
  const without = OPERATIONS.filter((it) => !ROWS[it.service][it.name]).map((it) => `${it.service}:${it.name}`);
  const unknown = Object.entries(MODELS).flatMap(([service, { operations }]) =>
    Object.keys(ROWS[service as Service]).filter((it) => !operations.has(it)),
  );

  expect({ without, unknown }).toEqual({ without: [], unknown: [] });
});

const WITH_ROWS = OPERATIONS.flatMap((it) => {
  const row = ROWS[it.service][it.name];
  return row ? [[`${it.service}:${it.name}`, it, row] as const] : [];
});

test.each(WITH_ROWS)('%s is refused to each as it should be', async (_, operation, row) => {
  const outcomes: Record<string, unknown> = {};
  const expected: Record<string, unknown> = {};
  for (const [name, column] of Object.entries(columnsOf(cast))) {
    const verdict = verdictOn(row, column);
    if (verdict === undefined) continue;
    const said = await ask(operation, row, column);
    const { action } = row;
    outcomes[name] = verdict === 'passes' ? passed(said) : said;
    expected[name] =
      verdict === 'passes' ? 'passes' : refusal(operation, verdict, [column.who.arn, action, resourceOf(row, column)]);
  }
  expect(outcomes).toEqual(expected);
});

/** A key, and what it encrypted. */
async function keyOf(credentials: Credentials): Promise<{ key: string; ciphertext: string }> {
  const kms = new KMSClient({ endpoint: berth.url, region: berth.registry.region, credentials, maxAttempts: 1 });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const key = KeyMetadata?.Arn ?? '';
  const { CiphertextBlob = new Uint8Array() } = await kms.send(
    new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('x') }),
  );
  return { key, ciphertext: Buffer.from(CiphertextBlob).toString('base64') };
}

function inWords(text: string, { who: { account } }: Column): string {
  const known = words.get(account) ?? { account };
  return text.replaceAll(/\{([a-z]+)\}/g, (braced, word: string) => known[word] ?? braced);
}

function verdictOn(row: Row, column: Column): Verdict | undefined {
  const verdict = column.verdict(row.action, row);
  if (row.action === OWN_RULES) return typeof verdict === 'object' || verdict === 'passes' ? undefined : verdict;
  return row.action === NOBODY_IS_DENIED && typeof verdict === 'object' ? 'passes' : verdict;
}

function ask({ service, name }: Operation, row: Row, column: Column): Promise<Said> {
  const { credentials } = column.who;
  const secretAccessKey = column.hasWrongSecret ? 'of somebody else' : credentials.secretAccessKey;
  return send(berth, {
    service,
    operation: name,
    input: inputOf(service, name, row, column),
    credentials: column.isSigned === false ? undefined : { ...credentials, secretAccessKey },
  });
}

/** The smallest valid input, on the repository of the owner where it names one. */
function inputOf(service: Service, name: string, row: Row, column: Column): object {
  const model = MODELS[service];
  const shapeName = model.operations.get(name)?.input;
  const sample = shapeName === undefined ? {} : sampleOf(model, shapeName);
  const given = typeof sample === 'object' && sample !== null ? sample : {};
  const input = JSON.parse(inWords(JSON.stringify({ ...given, ...row.input }), column));
  if (service !== 'ecr') return input;
  const { repository: repositoryName, owner: registryId = cast.owner } = column;
  if ('resourceArn' in input) return { ...input, resourceArn: repositoryArn(repositoryName, registryId) };
  if ('repositoryName' in input) return { ...input, repositoryName, registryId };
  return name === 'DescribeRepositories' ? { ...input, registryId } : input;
}

function resourceOf({ on }: Row, column: Column): string {
  const { repository, owner = cast.owner } = column;
  if (typeof on === 'object') return inWords(on.arn, column);
  if (on === '*') return '*';
  return repositoryArn(on === 'repository' ? repository : '*', owner);
}

function repositoryArn(name: string, account: string): string {
  return `arn:aws:ecr:${berth.registry.region}:${account}:repository/${name}`;
}

const WRONG =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** What a JSON service, a Query service and a REST service say. To the last, nothing is at an address without a signature. */
const UNKNOWN = {
  unsigned: [
    { status: 400, code: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' },
    { status: 403, code: 'MissingAuthenticationToken', message: 'Request is missing Authentication Token' },
    { status: 404, code: '', message: '' },
  ],
  'wrongly signed': [
    { status: 400, code: 'InvalidSignatureException', message: WRONG },
    { status: 403, code: 'SignatureDoesNotMatch', message: WRONG },
    { status: 403, code: 'InvalidSignatureException', message: WRONG },
  ],
  expired: [
    { status: 400, code: 'ExpiredTokenException', message: 'The security token included in the request is expired' },
    { status: 403, code: 'ExpiredToken', message: 'The security token included in the request is expired' },
    { status: 403, code: 'ExpiredTokenException', message: 'The security token included in the request is expired' },
  ],
  revoked: [
    {
      status: 400,
      code: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    },
    { status: 403, code: 'InvalidClientTokenId', message: 'The security token included in the request is invalid' },
    {
      status: 403,
      code: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    },
  ],
} as const;

function refusal(
  { service }: Operation,
  verdict: Exclude<Verdict, 'passes'>,
  [arn, action, resource]: readonly [string, string, string],
): Said {
  const protocol = protocolOf(service);
  if (typeof verdict === 'string') return UNKNOWN[verdict][protocol];
  const message = sentence(arn, action, resource, verdict);
  const code = protocol === QUERY ? 'AccessDenied' : 'AccessDeniedException';
  return { status: protocol === JSON_TARGET ? 400 : 403, code, message };
}

/** Places in `UNKNOWN`. */
const [JSON_TARGET, QUERY, REST] = [0, 1, 2] as const;

function protocolOf(service: Service) {
  const { targetPrefix, operations } = MODELS[service];
  if (targetPrefix !== undefined) return JSON_TARGET;
  return operations.values().some((it) => it.http) ? REST : QUERY;
}

/** `passes` when he was not refused as who he is, and nothing broke. */
function passed(said: Said): unknown {
  const refusals = new Set([
    'AccessDenied',
    'AccessDeniedException',
    ...Object.values(UNKNOWN)
      .flat()
      .map((it) => it.code),
  ]);
  return said.status === 200 || (said.status < 500 && !refusals.has(said.code)) ? 'passes' : said;
}
