import type { IncomingMessage } from 'node:http';
import type { Exchange } from '../../exchange.ts';
import type { Refusal } from '../../values/refusal.ts';
import type { Decode, Operation } from '../operation.ts';

/** How requests and answers of a service are written. */
export interface Protocol {
  /**
   * Finds the operation that a request is for. A body is taken in only where nothing before it names the operation.
   *
   * @throws what the protocol says when there is no such operation
   */
  open(request: IncomingMessage): Promise<Opened>;
  /** Answers `output`, which is of the operation's output shape. @throws when it is not: a bug of the operation */
  answer(exchange: Exchange, operation: Operation, output: unknown): void;
  /** Answers a refusal; of an operation where one was found. */
  refuse(exchange: Exchange, refusal: Refusal, operation: Operation | undefined): void;
  /** Answers what is our own fault, saying no more. */
  fail(exchange: Exchange): void;
}

export interface Opened {
  readonly operation: Operation;
  /** All bytes of the body. @throws BodyTooLarge */
  readBody(): Promise<Buffer<ArrayBuffer>>;
  /** The input in those bytes. */
  decoder(body: Buffer): Decode;
}
