import { hostname, networkInterfaces } from 'node:os';
import type { Settings } from '../settings/table.ts';

/** Hosts that stand for every address of the machine. */
const EVERYWHERE = ['0.0.0.0', '::'];

/** Names and addresses under which clients of this Berth reach it: all of them stand in its certificate. */
export function certificateNames(settings: Pick<Settings, 'host' | 'domain' | 'region'>): string[] {
  const { host } = settings;
  const domain = settings.domain?.replace(/:\d+$/, '');
  const hosts = EVERYWHERE.includes(host) ? [hostname().toLowerCase(), ...addresses()] : [host];
  const ownDomain = domain === undefined ? [] : [domain, `*.${domain}`];
  const ecr = settings.region.flatMap((region) => [
    // Any account: there may be more of them tomorrow. What is below localhost is this machine's own.
    `*.dkr.ecr.${region}.localhost`,
    ...(domain === undefined
      ? []
      : [`*.dkr.ecr.${region}.${domain}`, `*.dkr-ecr.${region}.${domain}`, `api.ecr.${region}.${domain}`]),
    `*.dkr.ecr.${region}.${awsDomain(region)}`,
    `api.ecr.${region}.${awsDomain(region)}`,
    // sts, kms and the others that have an endpoint in each region.
    `*.${region}.${awsDomain(region)}`,
    // ECR's names for IPv4 and IPv6 alike.
    `*.dkr-ecr.${region}.${dualStackDomain(region)}`,
    `ecr.${region}.${region.startsWith('cn-') ? 'api.amazonwebservices.com.cn' : 'api.aws'}`,
  ]);
  const global = ['iam.amazonaws.com', 'sts.amazonaws.com'];
  return [...new Set(['localhost', '127.0.0.1', '::1', ...hosts, ...ownDomain, ...ecr, ...global])];
}

function awsDomain(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}

function dualStackDomain(region: string): string {
  return region.startsWith('cn-') ? 'on.amazonwebservices.com.cn' : 'on.aws';
}

function addresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((it) => it ?? []);
  // A link-local IPv6 address has a zone, which a certificate cannot name.
  return all.filter((it) => it.scopeid === 0 || it.scopeid === undefined).map((it) => it.address);
}
