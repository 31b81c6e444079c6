import { InvalidParameter } from '../registry/refusals.ts';
import type { Fidelity } from '../values/fidelity.ts';
import type { RegistryId } from '../values/registry-id.ts';
import { isRegistryHost, type UpstreamName, upstreamAt } from '../values/upstream.ts';
import { SecretInaccessible, UpstreamUnsupported } from './refusals.ts';

/** The prefix that stands for the whole registry, here or upstream. */
export const ROOT = 'ROOT';

interface AskedUpstream {
  readonly url: string;
  readonly name: UpstreamName | undefined;
  readonly credentialArn: string | undefined;
  readonly customRoleArn: string | undefined;
}

/**
 * ECR's name of the upstream; undefined of one that it does not know, which `aws-strict` refuses (docs/differences.md,
 * Upstreams). Those that ask for credentials must have been given some.
 *
 * @throws UpstreamUnsupported, InvalidParameter
 */
export function checkUpstream(
  registry: RegistryId,
  fidelity: Fidelity,
  { url, name, credentialArn, customRoleArn }: AskedUpstream,
): UpstreamName | undefined {
  if (!isRegistryHost(url)) throw UpstreamUnsupported({ why: `'${url}' is not the host name of a registry.` });
  const known = upstreamAt(url);
  if (name !== undefined && known?.name !== name) {
    throw UpstreamUnsupported({ why: `There is no registry of the kind ${name} at ${url}.` });
  }
  if (!known) {
    if (fidelity === 'aws-strict') throw UpstreamUnsupported({ why: `ECR knows no registry at ${url}.` });
    return undefined;
  }
  if (known.asks === 'with a secret' && credentialArn === undefined) {
    throw InvalidParameter({ member: 'credentialArn', constraint: `The upstream registry ${url} needs credentials` });
  }
  if (known.asks === 'with a role' && !url.startsWith(registry.account) && customRoleArn === undefined) {
    throw InvalidParameter({
      member: 'customRoleArn',
      constraint: `The upstream registry ${url} of another account needs a role`,
    });
  }
  return known.name;
}

/** The whole registry as a prefix here needs the whole registry upstream. @throws InvalidParameter */
export function checkPrefixes(prefix: string, upstreamPrefix: string): void {
  if (prefix !== ROOT || upstreamPrefix === ROOT) return;
  throw InvalidParameter({
    member: 'upstreamRepositoryPrefix',
    constraint: `It must be ${ROOT} where ecrRepositoryPrefix is ${ROOT}`,
  });
}

const SECRET = /^arn:[a-z0-9-]+:secretsmanager:([a-z0-9-]+):([0-9]{12}):secret:/;

/**
 * Whether the secret can be of use: ECR reads secrets of its own account and region alone. Whether it is there nobody
 * can tell here: there is no Secrets Manager.
 *
 * @throws SecretInaccessible
 */
export function checkSecret({ account, region }: RegistryId, arn: string | undefined): void {
  if (arn === undefined) return;
  const [, inRegion, ofAccount] = SECRET.exec(arn) ?? [];
  if (inRegion === region && ofAccount === account) return;
  throw SecretInaccessible({ why: `It must be one of account ${account} in ${region}: ${arn}` });
}
