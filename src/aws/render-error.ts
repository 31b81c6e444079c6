import type { Exchange } from '../exchange.ts';
import { asRefusal } from '../registry/as-refusal.ts';
import { Refusal } from '../values/refusal.ts';
import { sendJson } from './send-json.ts';

/** Runs `work` and answers what it throws: a refusal with its own text, anything else as ours, saying no more. */
export async function renderErrors(exchange: Exchange, work: () => Promise<void>): Promise<void> {
  const { request, response, requestId, log, note } = exchange;
  try {
    await work();
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
      answerError(exchange, error.status, error.code, { ...messageOf(error), ...membersOf(error) });
    } else {
      log.error({ err: error }, 'request failed');
      note({ errorCode: 'ServerException' });
      answerError(exchange, 500, 'ServerException', { message: `Internal error. Request id: ${requestId}` });
    }
  }
  // What is left of a body after an early answer is dropped, so that the next request can be read.
  if (!request.complete && !request.destroyed) request.resume();
}

/** botocore reads the code from `__type` alone, other SDKs from the header or from there: both say the same, bare. */
function answerError({ response }: Exchange, status: number, code: string, members: Record<string, unknown>): void {
  sendJson(response, status, { __type: code, ...members }, { 'x-amzn-ErrorType': code });
}

function messageOf({ message }: Refusal): { message?: string } {
  return message === '' ? {} : { message };
}

/** What the published shape of the error carries beside its message. */
function membersOf({ members, facts }: Refusal): Record<string, unknown> {
  return Object.fromEntries(members.map((it) => [it, facts[it]]));
}
