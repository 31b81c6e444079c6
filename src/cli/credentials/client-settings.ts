import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SigningCredentials } from '../../outbound/signature-v4.ts';
import { CommandFailed } from '../exit-codes.ts';
import { type Profile, readProfile } from './profile.ts';

/** What may be said on the command line; all of it can come from the environment, too. */
export interface ClientFlags {
  readonly endpointUrl?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly webIdentityTokenFile?: string | undefined;
  readonly caFile?: string | undefined;
}

export interface ClientSettings {
  /** Where Berth's API is, without a slash behind. */
  readonly endpoint: string;
  readonly stsEndpoint: string;
  readonly region: string;
  /** PEM of the authority to trust; undefined trusts those of the system. */
  readonly authority: string | undefined;
  /** Undefined where none are there: a token must make some. */
  readonly credentials: SigningCredentials | undefined;
  readonly role: { readonly arn: string; readonly sessionName: string } | undefined;
  readonly tokenFile: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where Berth is and who asks, found as the AWS CLI finds it: in flags, then the environment, then a profile.
 *
 * @throws CommandFailed when nothing says where Berth is
 */
export async function clientSettings(flags: ClientFlags, env: Environment): Promise<ClientSettings> {
  const name = flags.profile ?? env['AWS_PROFILE'] ?? 'default';
  const profile = await profileOf(env, name);
  const said = firstOf(env, profile);
  const endpoint = flags.endpointUrl ?? said(['AWS_ENDPOINT_URL_ECR', 'AWS_ENDPOINT_URL'], 'endpoint_url');
  if (endpoint === undefined || !/^https?:\/\/[^/?#]+\/?$/.test(endpoint)) {
    throw new CommandFailed(
      `Where is Berth? Say so: --endpoint-url https://registry.example.com, or AWS_ENDPOINT_URL.${endpoint === undefined ? '' : ` ${endpoint} is no such address.`}`,
    );
  }
  const caFile = flags.caFile ?? said(['AWS_CA_BUNDLE'], 'ca_bundle');
  const roleArn = flags.roleArn ?? said(['AWS_ROLE_ARN'], 'role_arn');
  return {
    endpoint: endpoint.replace(/\/$/, ''),
    stsEndpoint: (env['AWS_ENDPOINT_URL_STS'] ?? endpoint).replace(/\/$/, ''),
    region: flags.region ?? said(['AWS_REGION', 'AWS_DEFAULT_REGION'], 'region') ?? 'us-east-1',
    authority: caFile === undefined ? undefined : await readOrFail(caFile),
    credentials: keysOf(flags.profile === undefined ? env : {}, profile),
    role:
      roleArn === undefined
        ? undefined
        : { arn: roleArn, sessionName: said(['AWS_ROLE_SESSION_NAME'], 'role_session_name') ?? 'berth-login' },
    tokenFile: flags.webIdentityTokenFile ?? said(['AWS_WEB_IDENTITY_TOKEN_FILE'], 'web_identity_token_file'),
  };
}

function firstOf(env: Environment, profile: Profile) {
  return (variables: readonly string[], key: string): string | undefined =>
    variables.map((it) => env[it]).find((it) => it !== undefined && it !== '') ?? profile[key];
}

function keysOf(env: Environment, profile: Profile): SigningCredentials | undefined {
  const from = (accessKeyId?: string, secretAccessKey?: string, sessionToken?: string) =>
    accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, sessionToken } : undefined;
  return (
    from(env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY'], env['AWS_SESSION_TOKEN']) ??
    from(profile['aws_access_key_id'], profile['aws_secret_access_key'], profile['aws_session_token'])
  );
}

async function profileOf(env: Environment, name: string): Promise<Profile> {
  const folder = join(env['HOME'] ?? homedir(), '.aws');
  const [config = '', credentials = ''] = await Promise.all([
    readIfThere(env['AWS_CONFIG_FILE'] ?? join(folder, 'config')),
    readIfThere(env['AWS_SHARED_CREDENTIALS_FILE'] ?? join(folder, 'credentials')),
  ]);
  return readProfile({ config, credentials }, name);
}

function readIfThere(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** @throws CommandFailed */
export async function readOrFail(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailed(`${path} cannot be read (${error.code ?? error.message}).`);
  });
}
