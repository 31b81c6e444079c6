/** The rows of signing: who signs, what is to be signed, and what became of it. */
export interface SigningTables {
  signing_authorities: SigningAuthorityRow;
  signing_profiles: SigningProfileRow;
  image_signings: ImageSigningRow;
}

/** What an account's certificates are signed with. */
export interface SigningAuthorityRow {
  account: string;
  /** PEM. */
  certificate: string;
  /** PKCS #8, sealed. */
  sealed_key: Uint8Array;
  created_at: number;
}

/** A name is given once: a profile that was canceled keeps its row. */
export interface SigningProfileRow {
  account: string;
  region: string;
  name: string;
  version: string;
  platform_id: string;
  /** For how long its signatures are good. */
  validity_value: number;
  validity_type: 'DAYS' | 'MONTHS' | 'YEARS';
  /** JSON of SigningParameters; null where none were given. */
  parameters: string | null;
  /** JSON of its tags. */
  tags: string;
  status: 'Active' | 'Canceled';
  /** The key in KMS that it signs with. */
  key_id: string;
  /** JSON list of DER in Base64, the profile's own certificate first. */
  certificate_chain: string;
  created_at: number;
}

/** One signature of an image, by one profile. It goes with the image. */
export interface ImageSigningRow {
  repository_id: string;
  digest: string;
  profile_arn: string;
  status: 'IN_PROGRESS' | 'COMPLETE' | 'FAILED';
  failure_code: string | null;
  failure_reason: string | null;
  /** The signature, kept before it is pushed: whoever goes on after a crash pushes the same one. */
  envelope: string | null;
  created_at: number;
}
