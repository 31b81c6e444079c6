export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
export const DOCKER_MANIFEST_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

export type ManifestMediaType =
  | typeof DOCKER_MANIFEST
  | typeof DOCKER_MANIFEST_LIST
  | typeof OCI_MANIFEST
  | typeof OCI_INDEX;

const MANIFESTS: ReadonlySet<string> = new Set([DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_MANIFEST, OCI_INDEX]);

/** Whether Berth stores manifests of this media type. */
export function isManifestMediaType(text: string): text is ManifestMediaType {
  return MANIFESTS.has(text);
}

/** Whether the media type is that of an image index or of a manifest list. */
export function isIndexMediaType(text: string): boolean {
  return text === OCI_INDEX || text === DOCKER_MANIFEST_LIST;
}
