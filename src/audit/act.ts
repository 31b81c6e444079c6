import type { RequestFacts } from '../identity/caller.ts';
import type { Principal } from '../identity/principal.ts';

/** One call of the API, pull or push, as it is recorded. Filled in as far as the request comes. */
export interface Act {
  readonly eventId: string;
  readonly requestId: string;
  readonly at: Date;
  /** Such as `ecr.amazonaws.com`. */
  source: string;
  /** The operation; of a docker request the operation that it stands for. Undefined: not to be recorded. */
  name: string | undefined;
  readonly request: AuditedRequest;
  region: string | undefined;
  /** Undefined for who was refused before he was known. */
  principal: Principal | undefined;
  /** Who had no credentials but a token that an identity provider vouches for. */
  webIdentity?: WebIdentity | undefined;
  parameters: Readonly<Record<string, unknown>> | undefined;
  /** Only of changes. */
  response: Readonly<Record<string, unknown>> | undefined;
  resources: readonly string[];
  error: { readonly code: string; readonly message: string } | undefined;
}

export interface WebIdentity {
  /** Whose role he asked for. */
  readonly account: string;
  readonly providerArn: string;
  readonly audience: string;
  readonly subject: string;
}

export interface AuditedRequest extends Pick<RequestFacts, 'sourceIp' | 'userAgent'> {
  readonly host: string | undefined;
  /** Undefined on plain HTTP. */
  readonly tls: { readonly version: string; readonly cipher: string } | undefined;
}
