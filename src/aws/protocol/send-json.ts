import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Answers `value` as AWS JSON 1.1 does; undefined is an empty body. `headers` come on top. */
export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  const body = Buffer.from(value === undefined ? '' : JSON.stringify(value), 'utf8');
  response.writeHead(status, {
    'Content-Type': 'application/x-amz-json-1.1',
    'Content-Length': body.length,
    ...headers,
  });
  response.end(body);
}
