import type { Exchange } from '../exchange.ts';
import { asRefusal } from '../registry/as-refusal.ts';
import { Refusal } from '../values/refusal.ts';
import type { Operation } from './operation.ts';
import type { Protocol } from './protocol/protocol.ts';

/**
 * Runs `work` and answers what it throws in the words of the protocol: a refusal with its own text, anything else as
 * ours, saying no more. `work` says which operation it found as soon as it knows.
 */
export async function renderErrors(
  exchange: Exchange,
  protocol: Protocol,
  work: (found: (operation: Operation) => void) => Promise<void>,
): Promise<void> {
  const { request, response, log, note } = exchange;
  let operation: Operation | undefined;
  try {
    await work((it) => {
      operation = it;
    });
  } catch (thrown) {
    const error = asRefusal(thrown);
    // Whoever holds a body back until he is told to go on cannot be trusted to send it, or not to, behind an answer.
    if (request.headers.expect !== undefined && !request.readableDidRead) response.shouldKeepAlive = false;
    if (request.destroyed && !request.complete) {
      log.debug({ err: error }, 'client went away');
      response.destroy();
    } else if (error instanceof Refusal) {
      note({ errorCode: error.code });
      if (error !== thrown) log.warn({ err: thrown }, 'storage could not serve');
      protocol.refuse(exchange, error, operation);
    } else {
      log.error({ err: error }, 'request failed');
      note({ errorCode: 'ServerException' });
      protocol.fail(exchange);
    }
  }
  // What is left of a body after an early answer is dropped, so that the next request can be read.
  if (!request.complete && !request.destroyed) request.resume();
}
