/** How the OCI door answers a refusal: an error code of distribution-spec 1.1 ("Error Codes") and an HTTP status. */
export interface OciAnswer {
  readonly code: OciErrorCode;
  readonly status: number;
}

/** The error codes of distribution-spec 1.1, and two of the Docker registry API for what is our own fault. */
export type OciErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'TAG_INVALID'
  | 'UNAUTHORIZED'
  | 'DENIED'
  | 'UNSUPPORTED'
  | 'TOOMANYREQUESTS'
  | 'UNAVAILABLE'
  | 'UNKNOWN';

export type Facts = Readonly<Record<string, unknown>>;

/**
 * An expected no. It knows its code and its facts; each door renders it in its own form. Everything else that is
 * thrown is a bug.
 */
export class Refusal<F extends Facts = Facts> extends Error {
  readonly code: string;
  readonly facts: F;
  readonly oci: OciAnswer;
  /** The HTTP status at the AWS door. */
  readonly status: number;
  /** Names of facts that the published error shape carries beside its message. */
  readonly members: readonly string[];

  constructor(kind: RefusalKind<F>, facts: F) {
    super(kind.message(facts));
    this.name = kind.code;
    this.code = kind.code;
    this.facts = facts;
    this.oci = kind.oci;
    this.status = kind.status ?? 400;
    this.members = kind.members ?? [];
  }
}

export interface RefusalKind<F extends Facts> {
  /** The error's shape name in the published API model, or AWS's common code. */
  readonly code: string;
  readonly oci: OciAnswer;
  readonly message: (facts: F) => string;
  readonly status?: number;
  readonly members?: readonly (string & keyof F)[];
}

/** Defines a kind of refusal once, where its idea lives: `throw RepositoryNotFound({ ... })`. */
export function defineRefusal<F extends Facts>(kind: RefusalKind<F>): (facts: F) => Refusal<F> {
  return (facts) => new Refusal(kind, facts);
}
