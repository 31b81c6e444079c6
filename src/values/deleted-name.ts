/**
 * What names of deleted repositories begin with while they can be had back: no name that a client can ask for does, and
 * it is behind all of those, so that a list ends before it.
 */
export const DELETED = '~';

const FORM = /^~deleted\/(.+)\/[^/]+$/;

/** The name that a repository has while it lies in the trash: no two have the same. */
export function deletedName({ name, id }: { readonly name: string; readonly id: string }): string {
  return `${DELETED}deleted/${name}/${id}`;
}

/** The name under which the repository was created: what is sealed is bound to that. */
export function nameBeforeDeletion(name: string): string {
  return name.startsWith(DELETED) ? (FORM.exec(name)?.[1] ?? name) : name;
}
