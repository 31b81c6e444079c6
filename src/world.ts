import type { Hashing } from './bytes/port.ts';
import type { Messaging } from './messaging/port.ts';
import type { Outbound } from './outbound/port.ts';
import type { PullCounter } from './pulls/port.ts';
import type { BlobStore } from './storage/blobs/port.ts';
import type { LayerCache } from './storage/layer-cache/port.ts';
import type { Metadata } from './storage/metadata/port.ts';
import type { Fidelity } from './values/fidelity.ts';
import type { Limits } from './values/limits.ts';
import type { PriceBook, UsageKind } from './values/price-book.ts';
import type { QuotaValues } from './values/quotas.ts';
import type { RegistryId } from './values/registry-id.ts';

/** What the code may touch from outside. Functions take the part they need: `Pick<World, 'metadata' | 'clock'>`. */
export interface World {
  readonly metadata: Metadata;
  readonly blobs: BlobStore;
  /** Where the layers of a far store are kept near, once they were pulled; undefined where there is none. */
  readonly layerCache: LayerCache | undefined;
  readonly hashing: Hashing;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly outbound: Outbound;
  readonly messaging: Messaging;
  readonly rules: Rules;
  readonly pulls: PullCounter;
  readonly meter: Meter;
  readonly secrets: Secrets;
  /**
   * Enters records of what the registry did by itself, each JSON, in the files of the audit log. The database has them by
   * then, from the transaction of what they are about; a process that does not serve has no files.
   */
  readonly fileRecords: (records: readonly string[]) => Promise<void>;
  /** ARN of the principal for whom something is being done; undefined where the registry itself does it. */
  readonly actor: () => string | undefined;
  /** The installation's own id, drawn at its first start. */
  readonly installationId: string;
  readonly rootKey: RootKey;
}

export interface Clock {
  now(): Date;
}

/** Counts what is used, as it happens. It holds nobody up, and never throws. */
export interface Meter {
  add(used: Used): void;
  /** Counts bytes that are sent to an address, by where that is; less than nothing where they were not after all. */
  addSent(sent: Omit<Used, 'kind'> & { readonly address: string | undefined }): void;
  /** Resolves when what was counted until now is written down, or cannot be at the moment. */
  flush(): Promise<void>;
}

export interface Used {
  readonly registry: RegistryId;
  /** Empty for what concerns no repository. */
  readonly repositoryName: string;
  readonly kind: UsageKind;
  /** The operation that did it. */
  readonly operation: string;
  readonly quantity: number;
}

export interface Ids {
  /** A UUID, lower case, never given twice. */
  uuid(): string;
  /** Random bytes of cryptographic quality. */
  bytes(length: number): Buffer;
}

/** Structured log: a constant message in the past tense, values in fields. */
export interface Log {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
  child(fields: Readonly<Record<string, unknown>>): Log;
}

/** Settings that change what the registry decides. */
export interface Rules {
  readonly fidelity: Fidelity;
  /** Whether a push to a repository that does not exist creates it. */
  readonly createOnPush: 'never' | 'always';
  /** Whether lifecycle policies may say what those of ECR cannot. docs/differences.md, "Lifecycle extensions". */
  readonly lifecycleExtensions: boolean;
  /** The regions served; the first is the default. */
  readonly regions: readonly [string, ...string[]];
  readonly limits: Limits;
  /** What was set of the quotas; `limits` has it already. */
  readonly quotas: QuotaValues;
  /** What bounds the rates that `quotas` does not say. */
  readonly throttling: 'off' | 'ecr' | 'tenfold';
  /** How long an upload session lives after its last byte. */
  readonly uploadExpiryMs: number;
  /** How long the bytes of an object stay after its last row has gone. */
  readonly removalDelayMs: number;
  /** How long an archived image takes to come back. */
  readonly restoreDelayMs: number;
  /** How long what is deleted can be had back; 0 for not at all. Layers are kept for as long, and are on no bill. */
  readonly trashMs: number;
  /** Whether a pull is sent to the blob store's own address, where it has one. */
  readonly redirectsPulls: boolean;
  /** How long who did what can be looked up, and how many of the newest acts that changed nothing. */
  readonly audit: { readonly days: number; readonly reads: number };
  /** What usage costs. */
  readonly prices: PriceBook;
  /**
   * Whether layers of repositories without a KMS key are sealed here, too. Otherwise that is left to the store; those of
   * repositories with a KMS key are sealed always.
   */
  readonly sealsLayers: boolean;
}

/**
 * What wraps the keys that all others hang on: the system key and the material of KMS keys. It may be elsewhere, so it is
 * asked when one of them is made, and when one is needed that was not kept.
 */
export interface RootKey {
  /** Wraps 16 to 4,000 bytes; `context` is bound to them. @throws when it cannot be reached */
  wrap(plaintext: Buffer, context: string): Promise<Buffer>;
  /** @throws NotWrappedHere, or when it cannot be reached; whatever was changed does not open */
  unwrap(wrapped: Buffer, context: string): Promise<Buffer>;
  /** Whether `wrap` would use the same root key today: what is not is wrapped again after a change of root keys. */
  isCurrent(wrapped: Buffer): boolean;
}

/** The installation's own keys, derived from its system key, which the root key wraps. */
export interface Secrets {
  /** Seals `plaintext` so that only this installation opens it; `context` is bound to it. */
  seal(plaintext: Buffer, context: string): Buffer;
  /** @throws when `sealed` was not sealed by this installation with this `context`. */
  open(sealed: Buffer, context: string): Buffer;
  /** A MAC of `message` under the key for `purpose` (login tokens, download addresses, page tokens). */
  mac(purpose: string, message: string): Buffer;
}
