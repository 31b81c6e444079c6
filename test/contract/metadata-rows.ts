// Rows as the contract of the databases writes them.

export const REGISTRY = { account: '123456789012', region: 'us-east-1' };

export function aRepositoryRow(id: string, name = id) {
  return {
    id,
    ...REGISTRY,
    name,
    created_at: 1,
    tag_mutability: 'MUTABLE' as const,
    tag_mutability_exclusions: '[]',
    scan_on_push: 0,
    encryption_type: 'AES256',
    kms_key: null,
  };
}

export function anImageRow(repositoryId: string, digest: string) {
  return {
    repository_id: repositoryId,
    digest,
    media_type: 'application/vnd.oci.image.manifest.v1+json',
    artifact_type: null,
    manifest_size: 2,
    image_size: 5_000_000_000,
    subject_digest: null,
    annotations: null,
    pushed_at: 1_700_000_000_000,
    manifest: Buffer.from([0, 255, 123]),
    is_sealed: 1,
  };
}

export function anObjectRow(key: string) {
  return {
    object_key: key,
    ...REGISTRY,
    digest: `sha256:${key}`,
    size: 1,
    state: 'live' as const,
    created_at: 1,
    stored_size: 1,
    seal: null,
    key_scope: '',
  };
}

export function aLayerRow(repositoryId: string, key: string) {
  return {
    repository_id: repositoryId,
    digest: `sha256:${key}`,
    object_key: key,
    size: 1,
    media_type: null,
    leased_until: 0,
    created_at: 1,
    seal: null,
  };
}

export function anUploadRow(id: string, repositoryId: string) {
  return {
    id,
    ...REGISTRY,
    repository_id: repositoryId,
    principal_arn: 'arn:aws:iam::123456789012:root',
    object_key: `${id}-object`,
    size: 0,
    draft_state: '',
    stored_size: 0,
    seal: null,
    algorithm: 'sha256',
    parts: 0,
    last_part_size: 0,
    small_part: 0,
    claim: null,
    claimed_until: 0,
    created_at: 0,
    expires_at: 0,
  };
}
