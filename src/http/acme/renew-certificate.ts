import { generateKeyPairSync } from 'node:crypto';
import { leased, TAKEN } from '../../jobs/lease.ts';
import type { World } from '../../world.ts';
import { isUsable } from '../certificate.ts';
import { makeRequest } from '../certificate-request.ts';
import type { TlsFiles } from '../server.ts';
import { openAccount } from './client.ts';
import { orderCertificate } from './order.ts';
import {
  accountKey,
  keepAccountKey,
  keepCertificate,
  keptCertificate,
  openChallenges,
  putChallenges,
} from './state.ts';

export interface Acme {
  /** Address of the authority's directory. */
  readonly directory: string;
  readonly names: readonly string[];
  readonly email: string | undefined;
}

type Renewing = Pick<World, 'metadata' | 'secrets' | 'clock' | 'ids' | 'log' | 'outbound'>;

const LEASE = 'acme';

/**
 * The certificate for the names: the one that the installation has, or a new one when it has none, or one that ends within
 * 30 days or lacks a name. One node at a time asks the authority; the others answer with what there is.
 *
 * @throws AcmeError, OutboundError
 */
export async function acmeCertificate(
  world: Renewing,
  acme: Acme,
  signal?: AbortSignal,
): Promise<TlsFiles | undefined> {
  const kept = await keptCertificate(world);
  if (kept && isUsable(kept, { names: acme.names, now: world.clock.now() })) return kept;
  const renewed = await leased(world, { name: LEASE, ...(signal && { signal }) }, async (lease) => {
    // Whoever had the lease before may have brought it.
    const meanwhile = await keptCertificate(world);
    if (meanwhile && isUsable(meanwhile, { names: acme.names, now: world.clock.now() })) return meanwhile;
    return order(world, acme, lease.signal);
  });
  return renewed === TAKEN ? kept : renewed;
}

async function order(world: Renewing, { directory, names, email }: Acme, signal: AbortSignal): Promise<TlsFiles> {
  const account = await openAccount(world.outbound, { directory, email, accountKey: await ownKey(world) });
  const { request, key } = await makeRequest(names);
  try {
    const certificate = await orderCertificate(account, {
      names,
      request,
      signal,
      publish: async (token, answer) =>
        putChallenges(world, new Map([...(await openChallenges(world)), [token, answer]])),
    });
    const files = { certificate, key };
    await keepCertificate(world, files);
    world.log.info({ names, directory }, 'certificate issued');
    return files;
  } finally {
    await putChallenges(world, new Map());
  }
}

async function ownKey(world: Renewing): Promise<string> {
  const known = await accountKey(world);
  if (known !== undefined) return known;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const made = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await keepAccountKey(world, made);
  return made;
}
