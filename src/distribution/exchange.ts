import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../world.ts';

/** One request and its answer, as the listener hands it over. */
export interface Exchange {
  readonly request: IncomingMessage;
  /** Carries the request id already. */
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly log: Log;
  /** Adds fields to the line that is logged when the request is over. */
  note(fields: Readonly<Record<string, unknown>>): void;
}
