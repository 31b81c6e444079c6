/** For what a repository is made by use. API_CreateRepositoryCreationTemplate. */
export type AppliedFor = 'PULL_THROUGH_CACHE' | 'REPLICATION' | 'CREATE_ON_PUSH';

/** The prefix of the template for all repositories that no other template is about. */
export const ROOT = 'ROOT';

/** A prefix as it is kept: a `/` follows each, said or not. */
export function prefixKey(prefix: string): string {
  return prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
}

/** The prefixes of templates that could be about a repository, the longest first, and ROOT last. */
export function prefixesOf(repositoryName: string): readonly string[] {
  const parts = repositoryName.split('/');
  return [...parts.keys().map((at) => parts.slice(0, parts.length - 1 - at).join('/'))]
    .filter((it) => it !== '')
    .concat(ROOT);
}

/**
 * The template by which a repository is made: of those that are applied for the reason the one with the longest prefix.
 * Undefined when there is none.
 */
export function templateFor<T extends { readonly prefix: string; readonly appliedFor: readonly AppliedFor[] }>(
  templates: readonly T[],
  repositoryName: string,
  reason: AppliedFor,
): T | undefined {
  const candidates = templates.filter((it) => it.appliedFor.includes(reason));
  for (const prefix of prefixesOf(repositoryName)) {
    const found = candidates.find((it) => prefixKey(it.prefix) === prefix);
    if (found) return found;
  }
  return undefined;
}
