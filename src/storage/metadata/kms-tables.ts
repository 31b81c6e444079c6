/**
 * The rows of KMS. A key is found by its id, which is never given twice; what belongs to it goes with it. Its policy is
 * a resource policy of the kind `key` under its ARN.
 */
export interface KmsTables {
  kms_keys: KmsKeyRow;
  kms_key_versions: KmsKeyVersionRow;
  kms_aliases: KmsAliasRow;
  kms_grants: KmsGrantRow;
  kms_tags: KmsTagRow;
}

export interface KmsKeyRow {
  /** A UUID. */
  key_id: string;
  account: string;
  region: string;
  /**
   * What a key of the installation's own is for, one for each registry: `ecr` is the managed key `aws/ecr`, `registry`
   * the key of AES256 repositories, which no list shows, `signer/{name}` that of a signing profile. null of a customer's
   * key.
   */
  purpose: 'ecr' | 'registry' | `signer/${string}` | null;
  description: string;
  spec: string;
  key_usage: string;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  created_at: number;
  deletion_at: number | null;
  /** The version that encrypts; every one decrypts. */
  current_version: number;
  /** null while the key is not rotated by itself. */
  rotation_days: number | null;
  rotate_at: number | null;
}

/** The material of a key. The first version came with the key, every other by a rotation. */
export interface KmsKeyVersionRow {
  key_id: string;
  version: number;
  material_id: string;
  /** The key itself, wrapped by the root key. */
  wrapped: Uint8Array;
  /** DER of the public half; null of a symmetric key. */
  public_key: Uint8Array | null;
  rotation_type: 'AUTOMATIC' | 'ON_DEMAND' | null;
  created_at: number;
}

export interface KmsAliasRow {
  account: string;
  region: string;
  /** With `alias/` in front. */
  name: string;
  key_id: string;
  created_at: number;
  updated_at: number;
}

export interface KmsGrantRow {
  grant_id: string;
  key_id: string;
  name: string | null;
  /** The ARN, or the name of a service; and the unique id that a user or role had. */
  grantee: string;
  grantee_id: string | null;
  retiring: string | null;
  retiring_id: string | null;
  issuing_account: string;
  /** JSON list. */
  operations: string;
  /** JSON of Constraints as the API has them; null of a grant without. */
  constraints: string | null;
  /** The repository that a grant was made for. */
  repository_id: string | null;
  created_at: number;
}

export interface KmsTagRow {
  key_id: string;
  tag_key: string;
  tag_value: string;
}
