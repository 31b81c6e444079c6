import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from './world.ts';

/** One request and its answer, as the listener hands it to a door. */
export interface Exchange {
  /** The first read of its body sends `100 Continue` to a client that waits for it, so a refusal costs no upload. */
  readonly request: IncomingMessage;
  /** Carries x-amzn-RequestId already. */
  readonly response: ServerResponse;
  readonly requestId: string;
  /** Writes the request's id into every line. */
  readonly log: Log;
  /** Adds fields to the line that is logged when the request is over. */
  note(fields: Readonly<Record<string, unknown>>): void;
}
