import type { IncomingMessage } from 'node:http';
import type { Doors } from './door.ts';

/**
 * The door that `request` is for; undefined when none is. An API call is known by its target or its signature and
 * never by its host: the AWS CLI calls any endpoint that it is told.
 */
export function chooseDoor(request: Pick<IncomingMessage, 'method' | 'url' | 'headers'>): keyof Doors | undefined {
  const [path = '', query = ''] = pathAndQuery(request.url ?? '');
  if (path === '/healthz' || path === '/readyz') return 'health';
  if (path === '/metrics') return 'metrics';
  if (request.headers['x-amz-target'] !== undefined) return 'aws';
  if (path === '/v2' || path.startsWith('/v2/') || path.startsWith('/layers/')) return 'distribution';
  // Services that speak REST have addresses of their own, and nobody calls them unsigned.
  if (request.headers.authorization?.startsWith('AWS4-') || /(?:^|&)X-Amz-Signature=/.test(query)) return 'aws';
  if (path !== '/') return undefined;
  return request.method === 'POST' || /(?:^|&)Action=/.test(query) ? 'aws' : 'welcome';
}

/** The path without its query: what may be logged, since signatures stand in queries. */
export function pathOf(url: string | undefined): string {
  return pathAndQuery(url ?? '')[0] ?? '';
}

function pathAndQuery(url: string): string[] {
  // A proxy's absolute form, "GET http://host/v2/".
  const target = url.replace(/^https?:\/\/[^/?]*/i, '');
  const mark = target.indexOf('?');
  return mark < 0 ? [target] : [target.slice(0, mark), target.slice(mark + 1)];
}
