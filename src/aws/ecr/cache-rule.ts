import type { CacheRule } from '../../upstream/cache-rules.ts';
import type { PullThroughCacheRule } from '../model/ecr.ts';
import type { Call } from '../operation.ts';
import { askToPassCustomRole } from './pass-role.ts';

/** A pull through cache rule as the API shows it, without its times. */
export function describeCacheRule(rule: CacheRule): PullThroughCacheRule {
  const { registry, prefix, upstream, credentialArn, customRoleArn } = rule;
  return {
    ecrRepositoryPrefix: prefix,
    upstreamRegistryUrl: upstream.url,
    registryId: registry.account,
    ...(upstream.name !== undefined && { upstreamRegistry: upstream.name }),
    ...(upstream.prefix !== undefined && { upstreamRepositoryPrefix: upstream.prefix }),
    ...(credentialArn !== undefined && { credentialArn }),
    ...(customRoleArn !== undefined && { customRoleArn }),
  };
}

/** The service that pulls from upstreams must be handed the role that an input names. @throws InvalidParameter, AccessDenied */
export async function askToPassUpstreamRole(
  call: Call,
  { customRoleArn }: { readonly customRoleArn?: string },
): Promise<void> {
  if (customRoleArn !== undefined) await askToPassCustomRole(call, customRoleArn, 'pullthroughcache.ecr.amazonaws.com');
}
