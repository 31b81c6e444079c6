import { systemClock } from '../../clock.ts';
import type { SigningCredentials } from '../../outbound/signature-v4.ts';
import { callApi, callStsUnsigned } from '../call-api.ts';
import { CommandFailed } from '../exit-codes.ts';
import { type ClientSettings, readOrFail } from './client-settings.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
  readonly expiresAt: Date;
}

/** Whom a kubelet asks for: a token of the service account, and the role that it is annotated with. */
export interface ServiceAccount {
  readonly token: string;
  readonly roleArn: string | undefined;
}

interface AuthorizationData {
  readonly authorizationToken: string;
  readonly expiresAt: number;
  readonly proxyEndpoint: string;
}

/**
 * A login for the registry at `host`; undefined when that is not Berth's, who must not be shown a password of Berth.
 *
 * @throws CommandFailed when there are no credentials, or Berth does not take them
 */
export async function findLogin(
  settings: ClientSettings,
  host: string,
  serviceAccount?: ServiceAccount,
): Promise<Login | undefined> {
  const { endpoint, region, authority } = settings;
  if (!mayBeOf(endpoint, host)) return undefined;
  const credentials = await credentialsOf(settings, serviceAccount);
  const caller = { credentials, region, authority, now: systemClock.now() };
  const said = (await callApi(`${endpoint}/`, 'GetAuthorizationToken', {}, caller)) as {
    readonly authorizationData?: readonly AuthorizationData[];
  };
  const [data] = said.authorizationData ?? [];
  if (data === undefined) throw new CommandFailed(`${endpoint} gave no login. Is it Berth?`);
  if (!isOf({ endpoint, proxyEndpoint: data.proxyEndpoint, host })) return undefined;
  const [username = '', ...password] = Buffer.from(data.authorizationToken, 'base64').toString('utf8').split(':');
  return { username, password: password.join(':'), expiresAt: new Date(data.expiresAt * 1000) };
}

const ECR_NAME = /^[0-9]{12}\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.(.+)$/;

/** Nobody is asked for what is plainly another registry. */
function mayBeOf(endpoint: string, host: string): boolean {
  return host === new URL(endpoint).host || ECR_NAME.test(host);
}

/** Whether `host` is the address that was asked, or a registry of the same domain, of whatever account and region. */
export function isOf({
  endpoint,
  proxyEndpoint,
  host,
}: {
  readonly endpoint: string;
  readonly proxyEndpoint: string;
  readonly host: string;
}): boolean {
  const own = URL.parse(proxyEndpoint)?.host ?? '';
  if (host === new URL(endpoint).host || host === own) return true;
  const domain = ECR_NAME.exec(own)?.[1];
  return domain !== undefined && ECR_NAME.exec(host)?.[1] === domain;
}

async function credentialsOf(
  settings: ClientSettings,
  serviceAccount: ServiceAccount | undefined,
): Promise<SigningCredentials> {
  const { credentials, role, tokenFile } = settings;
  if (serviceAccount) {
    const arn = serviceAccount.roleArn ?? role?.arn;
    if (arn === undefined) {
      throw new CommandFailed('The service account has no role. Annotate it: eks.amazonaws.com/role-arn: ROLE-ARN');
    }
    return assumeRole(settings, { arn, sessionName: role?.sessionName ?? 'berth-login', token: serviceAccount.token });
  }
  if (credentials) return credentials;
  if (role && tokenFile !== undefined) {
    return assumeRole(settings, { ...role, token: (await readOrFail(tokenFile)).trim() });
  }
  throw new CommandFailed(
    'Who asks? Give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE.',
  );
}

/** API_AssumeRoleWithWebIdentity. */
async function assumeRole(
  { stsEndpoint, authority }: ClientSettings,
  { arn, sessionName, token }: { readonly arn: string; readonly sessionName: string; readonly token: string },
): Promise<SigningCredentials> {
  const form = {
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: arn,
    RoleSessionName: sessionName,
    WebIdentityToken: token,
  };
  const xml = await callStsUnsigned(`${stsEndpoint}/`, form, { authority });
  const member = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1];
  const [accessKeyId, secretAccessKey] = [member('AccessKeyId'), member('SecretAccessKey')];
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new CommandFailed(`${stsEndpoint} gave no credentials. Is it Berth?`);
  }
  return { accessKeyId, secretAccessKey, sessionToken: member('SessionToken') };
}
