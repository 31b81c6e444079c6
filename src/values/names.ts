const REPOSITORY_NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** Whether `text` is a repository name: distribution-spec 1.1 ("Pulling manifests"), 2 to 256 characters as in ECR. */
export function isRepositoryName(text: string): boolean {
  return text.length >= 2 && text.length <= 256 && REPOSITORY_NAME.test(text);
}

/** Whether `text` is a tag: distribution-spec 1.1, at most 128 characters. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}
