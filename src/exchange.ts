import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from './world.ts';

/** Where a request came from, as far as it can be believed. */
export interface CameFrom {
  /** Of the client, not of a trusted proxy. Undefined once the connection has gone. */
  readonly address: string | undefined;
  /** Whether the client sent it over TLS. */
  readonly isSecure: boolean;
}

/** One request and its answer, as the listener hands it to a door. */
export interface Exchange {
  /** The first read of its body sends `100 Continue` to a client that waits for it, so a refusal costs no upload. */
  readonly request: IncomingMessage;
  /** Carries x-amzn-RequestId already. */
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly from: CameFrom;
  /** Writes the request's id into every line. */
  readonly log: Log;
  /** Adds fields to the line that is logged when the request is over. */
  note(fields: Readonly<Record<string, unknown>>): void;
}
