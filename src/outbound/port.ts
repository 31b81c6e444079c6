import type { IncomingHttpHeaders } from 'node:http';

/**
 * What leaves the machine because a tenant named an address: identity providers, upstreams, webhooks. Whoever answers
 * there is a stranger, so every call is bounded in time and size and cannot be led inside.
 */
export interface Outbound {
  /**
   * What is at `address`, an `https:` URL, whatever its status. Redirects are followed inside the same host alone, or are
   * the answer, where the bounds say so.
   *
   * @throws OutboundError
   */
  get(address: string, bounds: Bounds): Promise<Answer>;
  /**
   * Sends `message` to `address` by POST and gives the answer, whatever its status; redirects are not followed. The
   * connection is kept for the next message; where that had ended before anything was answered, it is sent once more.
   *
   * @throws OutboundError
   */
  post(address: string, message: Message, bounds: Bounds): Promise<Answer>;
  /**
   * The SHA-1 of the last certificate that the host of `address` presents, in hexadecimal: what IAM calls a thumbprint.
   *
   * @throws OutboundError
   */
  thumbprint(address: string, bounds: Pick<Bounds, 'timeoutMs'>): Promise<string>;
}

export interface Bounds {
  /** The most bytes that the answer's body may have. */
  readonly maxBytes: number;
  /** A body that has more is cut off there, where it otherwise is a failure. */
  readonly cutsOff?: true;
  /** A redirect is the answer. */
  readonly staysThere?: true;
  /** For all of it: name, connection, redirects, body. */
  readonly timeoutMs: number;
}

export interface Message {
  readonly contentType: string;
  readonly body: string;
  /** Beside those that every message has, and never in place of them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** It may go over plain HTTP, to the networks that the operator named alone. */
  readonly mayBePlain?: true;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Why there is no answer. `refused`: the address is none that Berth may ask. `untrusted`: no authority known here
 * vouches for its certificate. `too large`, `timed out`: it went beyond the bounds. `unreachable`: everything else.
 */
export type OutboundFailure = 'refused' | 'untrusted' | 'too large' | 'timed out' | 'unreachable';

export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly failure: OutboundFailure;

  constructor(failure: OutboundFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
