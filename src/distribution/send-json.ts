import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Answers `value` as JSON. `headers` come on top and may say another content type. A HEAD gets no body. */
export function sendJson(
  answer: ServerResponse,
  status: number,
  value: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  const body = Buffer.from(JSON.stringify(value), 'utf8');
  answer.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': body.length,
    ...headers,
  });
  answer.end(body);
}

/** Answers without a body. */
export function sendEmpty(answer: ServerResponse, status: number, headers: OutgoingHttpHeaders = {}): void {
  answer.writeHead(status, status === 204 || status === 304 ? headers : { 'Content-Length': 0, ...headers });
  answer.end();
}
