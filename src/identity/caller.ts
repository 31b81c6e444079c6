import type { Principal } from './principal.ts';

/** Who calls, and what his request says of itself: all that policies may ask about. */
export interface Caller {
  readonly principal: Principal;
  readonly request: RequestFacts;
}

export interface RequestFacts {
  /** The region that is asked. */
  readonly region: string;
  /** Address of the client; undefined of an actor inside. */
  readonly sourceIp: string | undefined;
  readonly isSecure: boolean;
  readonly userAgent: string | undefined;
  readonly referer: string | undefined;
  /** The service that uses another one for the caller, such as `ecr.us-east-1.amazonaws.com` a KMS key. */
  readonly viaService?: string | undefined;
}
