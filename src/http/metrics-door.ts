import { hash, timingSafeEqual } from 'node:crypto';
import type { Door } from './door.ts';

/**
 * GET /metrics for who shows the token. Without one there is nothing: where nobody asked to be watched, a request by
 * anyone would have the database count.
 */
export function metricsDoor(
  given: { readonly token: string; readonly render: () => Promise<string> } | undefined,
): Door {
  return async ({ request, response }) => {
    if (given === undefined) {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end('Nothing is measured here. BERTH_METRICS_TOKEN has it measured.\n');
      return;
    }
    const shown = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (shown === undefined || !isSame(shown, given.token)) {
      response.writeHead(401, { 'Content-Type': 'text/plain; charset=utf-8', 'WWW-Authenticate': 'Bearer' });
      response.end('Show the token of BERTH_METRICS_TOKEN.\n');
      return;
    }
    const text = await given.render();
    response.writeHead(200, {
      'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
      'Cache-Control': 'no-store',
    });
    response.end(text);
  };
}

/** In constant time, whatever their lengths. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'));
}
