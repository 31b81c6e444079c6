import type { Door } from './door.ts';

/** GET /: says to a person who opens the address what this is, and how to log in. */
export function welcome(lines: (host: string) => readonly string[]): Door {
  return async ({ request, response }) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD, POST', 'Content-Type': 'text/plain; charset=utf-8' });
      response.end('Use GET for this page, POST for the API.\n');
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(`${lines(request.headers.host ?? '').join('\n')}\n`);
  };
}
