import { systemClock } from '../../clock.ts';
import { CommandFailed } from '../exit-codes.ts';
import type { ClientSettings } from './client-settings.ts';
import { findLogin, type Login } from './find-login.ts';

const VERSIONS = ['v1', 'v1beta1', 'v1alpha1'].map((it) => `credentialprovider.kubelet.k8s.io/${it}`);
/** As EKS annotates service accounts. */
const ROLE_ANNOTATION = 'eks.amazonaws.com/role-arn';

interface CredentialProviderRequest {
  readonly apiVersion: string;
  readonly image: string;
  readonly serviceAccountToken?: string;
  readonly serviceAccountAnnotations?: Readonly<Record<string, string>>;
}

/**
 * Answers a kubelet that asks for a login for an image: CredentialProviderRequest in, CredentialProviderResponse out
 * (KEP-2133; tokens of service accounts: KEP-4412). An image of another registry gets an answer without logins.
 *
 * @throws CommandFailed
 */
export async function answerKubelet(settings: ClientSettings, text: string): Promise<string> {
  const request = parseRequest(text);
  const [host = ''] = request.image.split('/');
  const { serviceAccountToken: token, serviceAccountAnnotations: annotations = {} } = request;
  const serviceAccount = token ? { token, roleArn: annotations[ROLE_ANNOTATION] } : undefined;
  const login = await findLogin(settings, host, serviceAccount);
  const response = {
    kind: 'CredentialProviderResponse',
    apiVersion: request.apiVersion,
    cacheKeyType: 'Registry',
    cacheDuration: `${login ? cachedSeconds(login, systemClock.now()) : 0}s`,
    auth: login ? { [host]: { username: login.username, password: login.password } } : {},
  };
  return JSON.stringify(response);
}

/** Half of the time that a login has left: so a pull never begins with one that is about to end. */
export function cachedSeconds({ expiresAt }: Pick<Login, 'expiresAt'>, now: Date): number {
  return Math.max(0, Math.floor((expiresAt.getTime() - now.getTime()) / 2_000));
}

function parseRequest(text: string): CredentialProviderRequest {
  const request = parseJson(text);
  const isOne = request?.['kind'] === 'CredentialProviderRequest' && typeof request['image'] === 'string';
  if (!isOne || request['image'] === '') {
    throw new CommandFailed('What came on standard input is no CredentialProviderRequest of a kubelet.');
  }
  const version = request['apiVersion'];
  if (!VERSIONS.some((it) => it === version)) {
    throw new CommandFailed(`The kubelet speaks ${String(version)}, which is none of: ${VERSIONS.join(', ')}`);
  }
  return request as unknown as CredentialProviderRequest;
}

function parseJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
