import { defineRefusal } from '../values/refusal.ts';

interface OfRule extends Record<string, unknown> {
  ecrRepositoryPrefix: string;
  registryId: string;
}

export const CacheRuleNotFound = defineRefusal<OfRule>({
  code: 'PullThroughCacheRuleNotFoundException',
  oci: { code: 'DENIED', status: 404 },
  message: (f) =>
    `The pull through cache rule with ecrRepositoryPrefix '${f.ecrRepositoryPrefix}' does not exist in the registry with id '${f.registryId}'`,
});

export const CacheRuleAlreadyExists = defineRefusal<OfRule>({
  code: 'PullThroughCacheRuleAlreadyExistsException',
  oci: { code: 'DENIED', status: 409 },
  message: (f) =>
    `The pull through cache rule with ecrRepositoryPrefix '${f.ecrRepositoryPrefix}' already exists in the registry with id '${f.registryId}'`,
});

export const UpstreamUnsupported = defineRefusal<{ why: string }>({
  code: 'UnsupportedUpstreamRegistryException',
  oci: { code: 'UNSUPPORTED', status: 405 },
  message: ({ why }) => `The specified upstream registry isn't supported. ${why}`,
});

export const SecretInaccessible = defineRefusal<{ why: string }>({
  code: 'UnableToAccessSecretException',
  oci: { code: 'DENIED', status: 403 },
  message: ({ why }) => `The secret is unable to be accessed. ${why}`,
});
