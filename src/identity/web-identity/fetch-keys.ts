import { type Answer, OutboundError } from '../../outbound/port.ts';
import type { World } from '../../world.ts';
import { type KeySet, readKeySet } from './key-set.ts';
import { IdpCommunicationError, InvalidIdentityToken, NO_KEY, UNTRUSTED_ISSUER } from './refusals.ts';

/** Documents of identity providers are a few KiB; whoever does not answer soon is down. */
const BOUNDS = { maxBytes: 256 * 1024, timeoutMs: 5_000 };

/**
 * The keys of an issuer, found as OpenID Connect Discovery 1.0 says. The discovery document must be about this issuer, to
 * the letter.
 *
 * @throws IdpCommunicationError when he is down; InvalidIdentityToken when what he says cannot be used
 */
export async function fetchKeys(world: Pick<World, 'outbound' | 'log'>, issuer: string): Promise<KeySet> {
  const discovery = await fetchJson(world, `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (discovery?.['issuer'] !== issuer || typeof discovery['jwks_uri'] !== 'string') {
    throw unusable(world, issuer, 'The discovery document is not that of this issuer, or names no keys.');
  }
  const keys = readKeySet(await fetchJson(world, discovery['jwks_uri']));
  if (keys === undefined) throw unusable(world, issuer, 'The keys are no JWK Set of at most 100.');
  return keys;
}

async function fetchJson(
  world: Pick<World, 'outbound' | 'log'>,
  address: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { status, body } = await ask(world, address);
  if (status !== 200) {
    world.log.warn({ address, status }, 'identity provider did not answer with a document');
    throw IdpCommunicationError({});
  }
  return parse(body);
}

async function ask({ outbound, log }: Pick<World, 'outbound' | 'log'>, address: string): Promise<Answer> {
  try {
    return await outbound.get(address, BOUNDS);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    log.warn({ address, why: error.message }, 'identity provider could not be asked');
    switch (error.failure) {
      case 'unreachable':
      case 'timed out':
        throw IdpCommunicationError({});
      case 'untrusted':
        throw InvalidIdentityToken({ reason: UNTRUSTED_ISSUER });
      case 'refused':
      case 'too large':
        throw InvalidIdentityToken({ reason: NO_KEY });
    }
  }
}

/** An object; undefined when it is none. */
function parse(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const document: unknown = JSON.parse(body.toString('utf8'));
    return typeof document === 'object' && document !== null ? { ...document } : undefined;
  } catch {
    // Whatever it is, it is no document of a provider.
    return undefined;
  }
}

function unusable({ log }: Pick<World, 'log'>, issuer: string, why: string) {
  log.warn({ issuer, why }, 'identity provider could not be used');
  return InvalidIdentityToken({ reason: NO_KEY });
}
