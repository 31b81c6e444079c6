import { isRegion, type RegistryId } from '../../values/registry-id.ts';
import type { Call } from '../operation.ts';

/** `api.ecr.{region}.{suffix}` and `ecr.{region}.{suffix}`, where the API is, and their `-fips` twins. */
const API_HOST = /^(?:api\.)?(ecr(?:-fips)?)\.([a-z0-9-]+)\.([a-z0-9.-]+(?::[0-9]{1,5})?)$/;
/** `{account}.dkr.ecr.{region}.{suffix}` and `{account}.dkr-ecr.{region}.{suffix}`, where images are. */
const REGISTRY_HOST = /^[0-9]{12}\.(dkr[.-]ecr(?:-fips)?)\.([a-z0-9-]+)\.([a-z0-9.-]+(?::[0-9]{1,5})?)$/;

/**
 * The host, with its port where it has one, at which the caller of the API finds the registry's images: of ECR's form
 * under the installation's domain, or where the caller himself used a host of ECR's form; else the host he used.
 */
export function registryHost({ origin, domain }: Pick<Call, 'origin' | 'domain'>, registry: RegistryId): string {
  const { account, region } = registry;
  if (domain !== undefined) return `${account}.dkr.ecr.${region}.${domain}`;

  const host = origin.slice(origin.indexOf('://') + '://'.length);
  const [form, suffix] = ecrForm(host.toLowerCase()) ?? [];
  return form === undefined || suffix === undefined ? host : `${account}.${form}.${region}.${suffix}`;
}

/** The same with the scheme. */
export function registryUrl(call: Pick<Call, 'origin' | 'domain'>, registry: RegistryId): string {
  const scheme = call.origin.slice(0, call.origin.indexOf('://'));
  return `${scheme}://${registryHost(call, registry)}`;
}

/** How a registry's host is written where `host` is: what stands before and behind the region. */
function ecrForm(host: string): readonly [form: string, suffix: string] | undefined {
  const [, registryForm, ofRegistry = '', registrySuffix] = REGISTRY_HOST.exec(host) ?? [];
  if (registryForm !== undefined && registrySuffix !== undefined && isRegion(ofRegistry)) {
    return [registryForm, registrySuffix];
  }
  const [, api, ofApi = '', suffix] = API_HOST.exec(host) ?? [];
  if (api === undefined || suffix === undefined || !isRegion(ofApi)) return undefined;
  // Dual-stack: the API under `api.aws`, images under `on.aws` (the credential helper knows no other).
  return suffix.startsWith('api.') ? [`dkr-${api}`, `on.${suffix.slice('api.'.length)}`] : [`dkr.${api}`, suffix];
}
