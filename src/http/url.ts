/** Hosts that people reach under the name localhost. */
const LOCAL = ['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'];

/** How a client on this machine reaches a listener on `host` and `port`. */
export function urlOf(host: string, port: number, scheme: 'http' | 'https'): string {
  if (LOCAL.includes(host)) return `${scheme}://localhost:${port}`;
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** `url` with the host and port under which this client came; a Host header with anything odd in it is not repeated. */
export function originOf(url: string, host: string | undefined): string {
  const { protocol } = new URL(url);
  return host !== undefined && /^[\w.-]+(?::\d+)?$|^\[[\da-f:]+\](?::\d+)?$/i.test(host) ? `${protocol}//${host}` : url;
}
