import { hasLocalKey, rootKeyTogether } from './root-key-together.ts';
import type { TlsSetting } from './shapes.ts';
import type { SettingKey } from './table.ts';

const S3_ALONE: readonly (readonly [SettingKey, string])[] = [
  ['s3Endpoint', 'BERTH_S3_ENDPOINT'],
  ['s3Region', 'BERTH_S3_REGION'],
  ['s3AccessKeyId', 'BERTH_S3_ACCESS_KEY_ID'],
  ['s3CaFile', 'BERTH_S3_CA_FILE'],
  ['s3Addressing', 'BERTH_S3_ADDRESSING'],
  ['s3Redirect', 'BERTH_S3_REDIRECT'],
  ['s3Cache', 'BERTH_S3_CACHE'],
];

/** What is wrong with settings that are each right by themselves: `named` were given by somebody, with these values. */
export function belongTogether(named: ReadonlyMap<SettingKey, unknown>): string[] {
  const problems: string[] = [];
  if (named.has('rootAccessKeyId') !== named.has('rootSecretAccessKey')) {
    problems.push(
      half(named.has('rootAccessKeyId'), ['BERTH_ROOT_ACCESS_KEY_ID', 'BERTH_ROOT_SECRET_ACCESS_KEY'], {
        neither: 'Berth makes a pair on its first start',
      }),
    );
  }
  if (named.has('s3AccessKeyId') !== named.has('s3SecretAccessKey')) {
    problems.push(
      half(named.has('s3AccessKeyId'), ['BERTH_S3_ACCESS_KEY_ID', 'BERTH_S3_SECRET_ACCESS_KEY'], {
        neither: 'the AWS SDK finds a pair where it always looks',
      }),
    );
  }
  problems.push(...messagingTogether(named));
  if (named.has('mtlsPort') !== named.has('mtlsClientCaFile')) {
    problems.push(
      half(named.has('mtlsPort'), ['BERTH_MTLS_PORT', 'BERTH_MTLS_CLIENT_CA_FILE'], {
        neither: 'there is one port, which takes every client',
      }),
    );
  }
  const tls = named.get('tls') as TlsSetting | undefined;
  if ((tls?.kind === 'acme') !== named.has('acmeNames')) {
    problems.push(
      tls?.kind === 'acme'
        ? 'BERTH_TLS is acme and BERTH_ACME_NAMES is not set: the authority must be told which names. Set it.'
        : 'BERTH_ACME_NAMES is set and BERTH_TLS is not acme, so nobody asks for a certificate. Set BERTH_TLS=acme, or unset it.',
    );
  }
  if (named.has('mtlsPort') && tls?.kind === 'off') {
    problems.push('BERTH_MTLS_PORT is set and BERTH_TLS is off: without TLS no client shows a certificate. Unset one.');
  }
  if (!named.has('storage')) {
    const idle = S3_ALONE.filter(([key]) => named.has(key)).map(([, variable]) => variable);
    if (idle.length > 0) {
      const verb = idle.length === 1 ? 'is' : 'are';
      problems.push(`${idle.join(', ')} ${verb} set, but no bucket. Name it: BERTH_STORAGE=s3://bucket/prefix.`);
    }
  }
  const redirect = named.get('s3Redirect');
  if (redirect !== undefined && redirect !== 'off' && named.get('encryption') !== 'store') {
    problems.push(
      'BERTH_S3_REDIRECT is set, but layers are sealed, and S3 itself could give clients nothing that they can read. Unset it; or leave encryption to a bucket that encrypts by itself: BERTH_ENCRYPTION=store.',
    );
  }
  const workers = named.get('workers');
  if (typeof workers === 'number' && workers > 1 && !(named.has('database') && named.has('storage'))) {
    problems.push(
      `BERTH_WORKERS is ${workers}, but several processes need PostgreSQL and S3 between them. Set BERTH_DATABASE and BERTH_STORAGE, or leave BERTH_WORKERS at 1: one process already hashes and writes on all cores.`,
    );
  }
  if (typeof workers === 'number' && workers > 1 && named.get('ephemeral') === true) {
    problems.push(
      'BERTH_WORKERS and BERTH_EPHEMERAL are both set: several processes need a folder that stays. Name one with BERTH_DATA_DIR.',
    );
  }
  if (named.get('ephemeral') === true && named.has('database') && !named.has('rootKey') && hasLocalKey(named)) {
    problems.push(
      'BERTH_EPHEMERAL is set and BERTH_ROOT_KEY is not: the key to the secrets in the database would go with the folder. Set BERTH_ROOT_KEY, the same on every node: openssl rand -base64 32',
    );
  }
  problems.push(...rootKeyTogether(named));
  return problems;
}

function messagingTogether(named: ReadonlyMap<SettingKey, unknown>): string[] {
  const problems: string[] = [];
  if (named.has('sqsAccessKeyId') !== named.has('sqsSecretAccessKey')) {
    problems.push(
      half(named.has('sqsAccessKeyId'), ['BERTH_SQS_ACCESS_KEY_ID', 'BERTH_SQS_SECRET_ACCESS_KEY'], {
        neither: 'the AWS SDK finds a pair where it always looks',
      }),
    );
  }
  if (named.has('sqsAccessKeyId') && !named.has('sqsEndpoint')) {
    problems.push('BERTH_SQS_ACCESS_KEY_ID is set, but no service of queues. Name it: BERTH_SQS_ENDPOINT=aws.');
  }
  const natsUsers = named.has('natsCredentialsFile') || named.has('natsUser') || named.has('natsPassword');
  if (natsUsers && !named.has('natsServers')) {
    problems.push('A user of NATS is set, but no server. Name it: BERTH_NATS_SERVERS=tls://nats.example.com:4222.');
  }
  if (named.has('natsCredentialsFile') && (named.has('natsUser') || named.has('natsPassword'))) {
    problems.push('BERTH_NATS_CREDENTIALS_FILE names a user, and BERTH_NATS_USER or _PASSWORD another. Set one.');
  }
  return problems;
}

function half(
  isFirstGiven: boolean,
  names: readonly [string, string],
  { neither }: { readonly neither: string },
): string {
  const [given, missing] = isFirstGiven ? names : names.toReversed();
  return `${given} is set and ${missing} is not. Set both, or neither: then ${neither}.`;
}
