/** The registries that ECR's pull through cache knows, by its own names. API_CreatePullThroughCacheRule. */
export type UpstreamName =
  | 'ecr'
  | 'ecr-public'
  | 'quay'
  | 'k8s'
  | 'docker-hub'
  | 'github-container-registry'
  | 'azure-container-registry'
  | 'gitlab-container-registry'
  | 'chainguard';

export interface KnownUpstream {
  readonly name: UpstreamName;
  readonly host: RegExp;
  /** What it is asked with: nothing, a secret, or an AWS account's own right. */
  readonly asks: 'anonymously' | 'with a secret' | 'with a role';
}

const KNOWN: readonly KnownUpstream[] = [
  { name: 'ecr-public', host: /^public\.ecr\.aws$/, asks: 'anonymously' },
  { name: 'k8s', host: /^registry\.k8s\.io$/, asks: 'anonymously' },
  { name: 'quay', host: /^quay\.io$/, asks: 'anonymously' },
  { name: 'docker-hub', host: /^registry-1\.docker\.io$/, asks: 'with a secret' },
  { name: 'github-container-registry', host: /^ghcr\.io$/, asks: 'with a secret' },
  { name: 'gitlab-container-registry', host: /^registry\.gitlab\.com$/, asks: 'with a secret' },
  { name: 'azure-container-registry', host: /^[a-z0-9-]+\.azurecr\.(?:io|cn|us)$/, asks: 'with a secret' },
  { name: 'chainguard', host: /^cgr\.dev$/, asks: 'with a secret' },
  { name: 'ecr', host: /^[0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/, asks: 'with a role' },
];

/** The upstream at this host; undefined when ECR knows none there. */
export function upstreamAt(host: string): KnownUpstream | undefined {
  return KNOWN.find((it) => it.host.test(host));
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?::[1-9][0-9]{0,4})?$/;

/** Whether `text` is the address of a registry as rules name it: a host name with a dot in it, perhaps a port. */
export function isRegistryHost(text: string): boolean {
  return text.length <= 253 && HOST.test(text);
}
