import { homedir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { auditRows } from './audit-rows.ts';
import { billingRows } from './billing-rows.ts';
import { messagingRows } from './messaging-rows.ts';
import { outboundRows } from './outbound-rows.ts';
import { proxyRows } from './proxy-rows.ts';
import { quotaRows } from './quota-rows.ts';
import type { Row } from './row.ts';
import { account, domain, host, path, regions, wholeNumber, yesOrNo } from './shapes.ts';
import { storageRows } from './storage-rows.ts';
import { telemetryRows } from './telemetry-rows.ts';
import { tlsRows } from './tls-rows.ts';

/**
 * Every setting. The member's name makes the others: `dataDir` is `--data-dir`, `BERTH_DATA_DIR`, and `data-dir` in the
 * config file. Flags, environment, file, --help and error texts all come from here.
 */
export const table = {
  dataDir: {
    what: 'Folder for everything Berth keeps: database, layers, keys, certificates',
    allowed: 'a path',
    example: join(homedir(), '.berth'),
    fallback: join(homedir(), '.berth'),
    fallbackShown: '~/.berth',
    shape: path,
  },
  ...storageRows,
  ...outboundRows,
  ...messagingRows,
  ...auditRows,
  ...telemetryRows,
  ...billingRows,
  ...proxyRows,
  ...quotaRows,
  ephemeral: {
    what: 'Keep nothing: use a fresh temporary folder and remove it at the end',
    allowed: 'true or false',
    example: 'true',
    fallback: 'false',
    shape: yesOrNo,
    isFlagAlone: true,
  },
  host: {
    what: 'Name or address to listen on; 0.0.0.0 for every IPv4 interface, :: for all',
    allowed: 'a host name or an IP address without a port',
    example: '127.0.0.1',
    fallback: '127.0.0.1',
    shape: host,
  },
  port: {
    what: 'Port to listen on; 0 takes any free one',
    allowed: 'a whole number from 0 to 65535',
    example: '5000',
    fallback: '5000',
    shape: wholeNumber(0, 65_535),
  },
  accountId: {
    what: 'The AWS account that the root credentials belong to',
    allowed: 'twelve digits',
    example: '123456789012',
    fallback: '123456789012',
    shape: account,
  },
  region: {
    what: 'The regions served, separated by commas; the first is the default',
    allowed: 'a list of different regions, separated by commas',
    example: 'us-east-1,eu-central-1',
    fallback: 'us-east-1',
    shape: regions,
  },
  domain: {
    what: 'Domain under which clients reach Berth: ACCOUNT.dkr.ecr.REGION.DOMAIN in answers and in the certificate',
    allowed: 'a domain name in lower case, with a port where it is not the usual one',
    example: 'registry.example.com',
    fallback: undefined,
    shape: domain,
  },
  ...tlsRows,
  rootAccessKeyId: {
    what: "Access key id of the account's root",
    allowed: '4 to 128 letters, digits and underscores',
    example: 'AKIAIOSFODNN7EXAMPLE',
    fallback: undefined,
    fallbackShown: 'made on first start',
    shape: v.pipe(v.string(), v.regex(/^\w{4,128}$/)),
  },
  rootSecretAccessKey: {
    what: "Secret access key of the account's root",
    allowed: '16 to 128 characters without spaces',
    example: 'the output of: openssl rand -base64 30',
    fallback: undefined,
    fallbackShown: 'made on first start',
    shape: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{16,128}$/)),
    isSecret: true,
  },
  fidelity: {
    what: 'superset: accept what the OCI specifications allow; aws-strict: refuse what ECR refuses',
    allowed: 'superset or aws-strict',
    example: 'superset',
    fallback: 'superset',
    shape: v.picklist(['superset', 'aws-strict']),
  },
  createOnPush: {
    what: 'Whether a push to a repository that does not exist creates it',
    allowed: 'never or always',
    example: 'never',
    fallback: 'never',
    shape: v.picklist(['never', 'always']),
  },
  lifecycleExtensions: {
    what: 'Whether lifecycle policies may say more than those of ECR: expire by last pull, spare children of indexes and what runs',
    allowed: 'on or off',
    example: 'off',
    fallback: 'off',
    shape: v.picklist(['on', 'off']),
  },
  uploadExpiry: {
    what: 'Hours that an upload may lie idle before its bytes are discarded',
    allowed: 'a whole number of hours from 1 to 8760',
    example: '24',
    fallback: '24',
    shape: wholeNumber(1, 8760),
  },
  collectInterval: {
    what: 'Minutes between garbage collections',
    allowed: 'a whole number of minutes from 1 to 525600',
    example: '60',
    fallback: '60',
    shape: wholeNumber(1, 525_600),
  },
  restoreDelay: {
    what: 'Seconds that an archived image takes to come back when it is restored',
    allowed: 'a whole number of seconds from 0 to 86400',
    example: '1200',
    fallback: '0',
    shape: wholeNumber(0, 86_400),
  },
  trashDays: {
    what: 'Days in which deleted images and repositories can be had back: berth undelete; 0 for not at all',
    allowed: 'a whole number of days from 0 to 3650',
    example: '14',
    fallback: '0',
    shape: wholeNumber(0, 3_650),
  },
  logLevel: {
    what: 'Least weight of what is logged',
    allowed: 'debug, info, warn, error or silent',
    example: 'info',
    fallback: 'info',
    shape: v.picklist(['debug', 'info', 'warn', 'error', 'silent']),
  },
} as const satisfies Record<string, Row>;

export type SettingKey = keyof typeof table;

/** What holds for this process, resolved and checked once. */
export type Settings = {
  readonly [K in SettingKey]:
    | v.InferOutput<(typeof table)[K]['shape']>
    | ((typeof table)[K]['fallback'] extends undefined ? undefined : never);
};

export interface Setting extends Row {
  readonly key: SettingKey;
  /** `data-dir`: in the config file, and behind `--` on the command line. */
  readonly name: string;
  /** `BERTH_DATA_DIR`. */
  readonly variable: string;
}

/** The rows with their names. */
export const settings: readonly Setting[] = keysOf(table).map((key) => {
  const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return { ...table[key], key, name, variable: `BERTH_${name.toUpperCase().replaceAll('-', '_')}` };
});

function keysOf<T extends object>(of: T): (keyof T)[] {
  return Object.keys(of).filter((it): it is Extract<keyof T, string> => it in of);
}
