import { OutboundError, type OutboundFailure } from '../outbound/port.ts';
import { upstreamAt } from '../values/upstream.ts';
import type { World } from '../world.ts';
import type { CacheRule } from './cache-rules.ts';

const BOUNDS = { maxBytes: 64 * 1024, cutsOff: true, staysThere: true, timeoutMs: 10_000 } as const;

/**
 * Asks the upstream of a rule whether it is there; why not, or undefined when the rule is good. A registry answers `/v2/`
 * with 200, with 401, or with where to ask. What needs credentials is not good: secrets cannot be read here
 * (docs/differences.md, Upstreams). API_ValidatePullThroughCacheRule.
 */
export async function faultOfRule(
  { outbound }: Pick<World, 'outbound'>,
  { upstream, credentialArn }: CacheRule,
): Promise<string | undefined> {
  const { url } = upstream;
  try {
    const { status } = await outbound.get(`https://${url}/v2/`, BOUNDS);
    if (status >= 400 && status !== 401) return `The upstream registry ${url} answered with HTTP status ${status}.`;
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return `The upstream registry ${url} ${FAILED[error.failure]}.`;
  }
  const asks = upstreamAt(url)?.asks ?? 'anonymously';
  if (credentialArn === undefined && asks === 'anonymously') return undefined;
  return `The upstream registry ${url} was reached. Its credentials could not be tried: this registry reads no secrets.`;
}

const FAILED: Readonly<Record<OutboundFailure, string>> = {
  refused: 'is at an address that this registry may not ask',
  untrusted: 'has a certificate of an authority that is not known here',
  'too large': 'answered with too much',
  'timed out': 'did not answer in time',
  unreachable: 'could not be reached',
};
