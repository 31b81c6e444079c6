import type { JWK } from 'jose';
import type { World } from '../../world.ts';
import { fetchKeys } from './fetch-keys.ts';
import { type Algorithm, type KeySet, keyFor } from './key-set.ts';
import { InvalidIdentityToken, NO_KEY } from './refusals.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long keys are used without asking again. */
export const FRESH_MS = 5 * MINUTE;
/** How long after that, while their issuer is down. */
export const STALE_MS = 24 * HOUR;
/** How often at most an issuer is asked again because a token names a key that he did not have, or because he is down. */
export const ASK_AGAIN_MS = 30 * SECOND;
/** The same while none of his keys are known, and clients try again. */
export const FIRST_AGAIN_MS = 5 * SECOND;

/** What is known of an issuer. */
interface Known {
  readonly keys: KeySet | undefined;
  readonly fetchedAt: number;
  readonly askedAt: number;
  /** Why there are none, or no newer ones. */
  readonly failure?: unknown;
}

type Issuers = Pick<World, 'outbound' | 'clock' | 'log'>;

interface Memory {
  readonly known: Map<string, Known>;
  /** Who asks an issuer that is being asked already waits for that. */
  readonly asking: Map<string, Promise<Known>>;
}

const memories = new WeakMap<World['outbound'], Memory>();
const KEPT_AT_MOST = 1_000;

/**
 * The key of `issuer` that a token names. What he publishes is asked for when it is not known, is older than five
 * minutes, or has not this key: so a key that was withdrawn is good for five minutes at most, a new one at once, and no
 * flood of tokens makes a flood of questions.
 *
 * @throws IdpCommunicationError, InvalidIdentityToken
 */
export async function issuerKey(
  world: Issuers,
  issuer: string,
  named: { readonly kid: string | undefined; readonly alg: Algorithm },
): Promise<JWK> {
  const { known, asking } = memories.getOrInsertComputed(world.outbound, () => ({
    known: new Map<string, Known>(),
    asking: new Map<string, Promise<Known>>(),
  }));
  const now = world.clock.now().getTime();
  // A clock that was put back must not make keys last.
  const since = (at: number) => Math.abs(now - at);

  const mayAsk = ({ keys, askedAt }: Known) => since(askedAt) >= (keys ? ASK_AGAIN_MS : FIRST_AGAIN_MS);
  const refresh = async (old: Known | undefined) => {
    const begun = asking.get(issuer) ?? ask(world, issuer, old).finally(() => asking.delete(issuer));
    asking.set(issuer, begun);
    const result = await begun;
    if (known.size >= KEPT_AT_MOST) known.clear();
    known.set(issuer, result);
    return result;
  };

  let it = known.get(issuer);
  const isFresh = it?.keys !== undefined && since(it.fetchedAt) < FRESH_MS;
  if (it === undefined || (!isFresh && mayAsk(it))) it = await refresh(it);
  let key = usable(it, since) && keyFor(it.keys ?? [], named);
  if (!key && usable(it, since) && mayAsk(it)) {
    it = await refresh(it);
    key = usable(it, since) && keyFor(it.keys ?? [], named);
  }
  if (key) return key;
  // Whether he has such a key nobody knows while he cannot be asked.
  throw it.failure ?? InvalidIdentityToken({ reason: NO_KEY });
}

function usable({ keys, fetchedAt }: Known, since: (at: number) => number): boolean {
  return keys !== undefined && since(fetchedAt) < FRESH_MS + STALE_MS;
}

/** Never rejects: what went wrong is part of what is known then. */
async function ask(world: Issuers, issuer: string, old: Known | undefined): Promise<Known> {
  const askedAt = world.clock.now().getTime();
  try {
    return { keys: await fetchKeys(world, issuer), fetchedAt: askedAt, askedAt };
  } catch (failure) {
    return { keys: old?.keys, fetchedAt: old?.fetchedAt ?? 0, askedAt, failure };
  }
}
