import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from '../exchange.ts';
import { asRefusal } from '../registry/as-refusal.ts';
import type { Fidelity } from '../values/fidelity.ts';
import { type OciAnswer, Refusal } from '../values/refusal.ts';
import { sendJson } from './send-json.ts';

/** Runs `work` and answers what it throws: a refusal with its own text, anything else as ours, saying no more. */
export async function renderErrors(exchange: Exchange, fidelity: Fidelity, work: () => Promise<void>): Promise<void> {
  const { request, response, requestId, log, note } = exchange;
  try {
    await work();
  } catch (thrown) {
    const error = asRefusal(thrown);
    if (response.headersSent) return cutOff(exchange, error);
    if (error instanceof Refusal) {
      note({ errorCode: error.code });
      if (error !== thrown) log.warn({ err: thrown }, 'storage could not serve');
      answerRefusal(request, response, error, fidelity);
    } else if (request.destroyed && isHangUp(error)) {
      log.debug({ err: error }, 'client went away');
      response.destroy();
    } else {
      log.error({ err: error }, 'request failed');
      const message = `Internal error. Request id: ${requestId}`;
      sendJson(response, 500, { errors: [{ code: 'UNKNOWN', message }] });
    }
  }
  // What is left of a body after an early answer is dropped, so that the next request can be read.
  if (!request.complete && !request.destroyed) request.resume();
}

/** An answer that has begun can only be cut: the client must not take a part of it for the whole. */
function cutOff({ response, log }: Exchange, error: unknown): void {
  if (response.destroyed && isHangUp(error)) log.debug({ err: error }, 'client went away');
  else log.error({ err: error }, 'answer failed');
  response.destroy();
}

function isHangUp(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    /^(?:ERR_STREAM_PREMATURE_CLOSE|ECONNRESET|EPIPE)$/.test(String(error.code))
  );
}

function answerRefusal(request: IncomingMessage, response: ServerResponse, refusal: Refusal, fidelity: Fidelity): void {
  const { status, code } = ociAnswer(refusal, fidelity);
  const { allow, size, lastValidByteReceived } = refusal.facts;
  if (status === 401) response.setHeader('WWW-Authenticate', challenge(request));
  if (status === 429 || status === 503) response.setHeader('Retry-After', 1);
  if (typeof allow === 'string') response.setHeader('Allow', allow);
  if (status === 416 && typeof size === 'number') response.setHeader('Content-Range', `bytes */${size}`);
  if (status === 416 && typeof lastValidByteReceived === 'number') {
    response.setHeader('Range', `0-${Math.max(0, lastValidByteReceived)}`);
  }

  if (code === 'UNAUTHORIZED') {
    const text = Buffer.from(refusal.message, 'utf8');
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': text.length });
    response.end(text);
  } else {
    sendJson(response, status, { errors: [{ code, message: refusal.message }] });
  }
}

/** ECR answers every invalid parameter alike (docs/differences.md, invalid parameters of the registry API). */
function ociAnswer(refusal: Refusal, fidelity: Fidelity): OciAnswer {
  const isEcrs = fidelity === 'aws-strict' && refusal.code === 'InvalidParameterException';
  return isEcrs ? { code: 'UNSUPPORTED', status: 405 } : refusal.oci;
}

/** The challenge of ECR; the realm is the host as the client calls it, if that can be written between quotes. */
function challenge(request: IncomingMessage): string {
  const host = /^[\w.:[\]-]*$/.test(request.headers.host ?? '') ? (request.headers.host ?? '') : '';
  const isSecure = 'encrypted' in request.socket || request.headers['x-forwarded-proto'] === 'https';
  const scheme = isSecure ? 'https' : 'http';
  return `Basic realm="${scheme}://${host}/",service="ecr.amazonaws.com"`;
}
