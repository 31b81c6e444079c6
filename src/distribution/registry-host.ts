import { isRegion, type RegistryId } from '../values/registry-id.ts';

const ECR_HOST = /^([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?(?::[0-9]{1,5})?$/;

/**
 * The registry that a Host header of ECR's form names, under any domain and port:
 * `{account}.dkr.ecr.{region}.{domain}`, `{account}.dkr-ecr.{region}.{domain}` and their `-fips` twins. Undefined for
 * every other host: there the login decides.
 */
export function registryOfHost(host: string): RegistryId | undefined {
  if (host.length > 255) return undefined;
  const [, account, region] = ECR_HOST.exec(host.toLowerCase()) ?? [];
  if (account === undefined || region === undefined || !isRegion(region)) return undefined;
  return { account, region };
}
