import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { toDecimal } from '../values/rational.ts';
import type { Billing } from './bill.ts';
import { isStorage, unitOf } from './charges.ts';
import type { CostLine } from './cost-items.ts';
import { SERVICE_CODE, SERVICE_NAME } from './cost-names.ts';
import { csvLine } from './csv.ts';

const REPORT = 'berth';
const PLACES = 12;

interface Span {
  readonly from: number;
  readonly to: number;
}

interface Reporting {
  readonly currency: string;
  readonly span: Span;
}

type Column = readonly [category: string, name: string, value: (line: CostLine, reporting: Reporting) => string];

/** "Data dictionary" of Cost and Usage Reports: the columns that there is something to say in. */
const COLUMNS: readonly Column[] = [
  ['identity', 'LineItemId', idOf],
  ['identity', 'TimeInterval', (it) => `${timeOf(it.startsAt)}/${timeOf(it.endsAt)}`],
  ['bill', 'InvoiceId', () => ''],
  ['bill', 'BillingEntity', () => 'AWS'],
  ['bill', 'BillType', () => 'Anniversary'],
  ['bill', 'PayerAccountId', (it) => it.account],
  ['bill', 'BillingPeriodStartDate', (_, { span }) => timeOf(span.from)],
  ['bill', 'BillingPeriodEndDate', (_, { span }) => timeOf(span.to)],
  ['lineItem', 'UsageAccountId', (it) => it.account],
  ['lineItem', 'LineItemType', () => 'Usage'],
  ['lineItem', 'UsageStartDate', (it) => timeOf(it.startsAt)],
  ['lineItem', 'UsageEndDate', (it) => timeOf(it.endsAt)],
  ['lineItem', 'ProductCode', () => SERVICE_CODE],
  ['lineItem', 'UsageType', (it) => it.dimensions['USAGE_TYPE'] ?? ''],
  ['lineItem', 'Operation', (it) => it.operation],
  ['lineItem', 'ResourceId', (it) => (it.repositoryName === '' ? '' : (it.dimensions['RESOURCE_ID'] ?? ''))],
  ['lineItem', 'UsageAmount', (it) => toDecimal(it.units, PLACES)],
  ['lineItem', 'CurrencyCode', (_, { currency }) => currency],
  ['lineItem', 'UnblendedRate', (it) => toDecimal(it.rate, PLACES)],
  ['lineItem', 'UnblendedCost', (it) => toDecimal(it.cost, PLACES)],
  ['lineItem', 'BlendedRate', (it) => toDecimal(it.rate, PLACES)],
  ['lineItem', 'BlendedCost', (it) => toDecimal(it.cost, PLACES)],
  ['lineItem', 'LineItemDescription', describe],
  ['product', 'ProductName', () => SERVICE_NAME],
  ['product', 'region', (it) => it.region],
  ['pricing', 'unit', (it) => unitOf(it.kind)],
];

/**
 * Writes the lines of a month as a Cost and Usage Report: `FROM-TO/berth-00001.csv.gz` and, once that is whole,
 * `FROM-TO/berth-Manifest.json`, whose path is answered. What is there of the same month is written over.
 */
export async function writeReport(
  { rules, ids, clock }: Pick<Billing, 'rules' | 'clock'> & { readonly ids: { uuid(): string } },
  lines: readonly CostLine[],
  { folder, span }: { readonly folder: string; readonly span: Span },
): Promise<string> {
  const period = `${dayOf(span.from)}-${dayOf(span.to)}`;
  const tags = [...new Set(lines.flatMap((it) => [...it.tags.keys()]))].toSorted();
  const columns: readonly Column[] = [
    ...COLUMNS,
    ...tags.map((key): Column => ['resourceTags', `user:${key}`, (it) => it.tags.get(key) ?? '']),
  ];
  const reporting = { currency: rules.prices.currency, span };
  const into = join(folder, period);
  await mkdir(into, { recursive: true });
  const file = join(into, `${REPORT}-00001.csv.gz`);
  const text = function* text() {
    yield csvLine(columns.map(([category, name]) => `${category}/${name}`));
    for (const line of lines) yield csvLine(columns.map(([, , value]) => value(line, reporting)));
  };
  await pipeline(Readable.from(text()), createGzip(), createWriteStream(`${file}.part`));
  await rename(`${file}.part`, file);

  const manifest = join(into, `${REPORT}-Manifest.json`);
  const content = {
    assemblyId: ids.uuid(),
    account: lines[0]?.account ?? '',
    columns: columns.map(([category, name]) => ({ category, name })),
    charset: 'UTF-8',
    compression: 'GZIP',
    contentType: 'text/csv',
    reportId: REPORT,
    reportName: REPORT,
    billingPeriod: { start: periodTime(span.from), end: periodTime(span.to) },
    bucket: '',
    reportKeys: [`${period}/${REPORT}-00001.csv.gz`],
    additionalArtifactKeys: [],
    createdAt: clock.now().toISOString(),
  };
  await writeFile(manifest, `${JSON.stringify(content, null, 2)}\n`);
  return manifest;
}

/** The same line has the same id in each report that has it. */
function idOf({ account, region, repositoryName, kind, operation, startsAt }: CostLine): string {
  const what = JSON.stringify([account, region, repositoryName, kind, operation, startsAt]);
  return createHash('sha256').update(what).digest('hex').slice(0, 52);
}

function describe({ kind, rate }: CostLine, { currency }: Reporting): string {
  const unit = isStorage(kind) ? 'GB-month' : unitOf(kind) === 'GB' ? 'GB' : 'unit';
  return `${currency} ${toDecimal(rate, PLACES)} per ${unit} of ${kind}`;
}

function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** `20261101`. */
function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10).replaceAll('-', '');
}

/** `20261101T000000.000Z`, as manifests have it. */
function periodTime(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:]/g, '');
}
