import { createHash } from 'node:crypto';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** A node to ask past the balancer. */
  readonly at?: string;
  /** After so long the client gives up. */
  readonly patienceMs?: number;
}

/** Speaks the distribution protocol as docker does: kept connections, a login, nothing sent twice by itself. */
export interface RegistryClient {
  /** Rejects with `NoAnswer` when none came, or not all of it. */
  ask(method: string, path: string, asked?: Asked): Promise<Answer>;
  close(): void;
}

/** What was asked may have been done or not. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** An answer that nobody wants, such as 503. */
export class Unserved extends Error {
  override readonly name = 'Unserved';
  readonly status: number;
  /** Whether it came from the balancer, and not from a node. */
  readonly isOfBalancer: boolean;

  constructor(what: string, { status, headers, body }: Answer) {
    super(`${what}: ${status} ${body.subarray(0, 300)}`);
    this.status = status;
    this.isOfBalancer = status === 503 && headers['content-type'] === 'text/html';
  }
}

const PATIENCE_MS = 30_000;

export function registryClient(url: string, authorization: string): RegistryClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  return {
    ask(method, path, { headers = {}, body, at = url, patienceMs = PATIENCE_MS } = {}) {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const fail = (why: string) => reject(new NoAnswer(`${method} ${path}: ${why}`));
      const length = body === undefined && method !== 'POST' && method !== 'PUT' ? {} : lengthOf(body);
      const sent = request(new URL(path, at), {
        method,
        agent,
        headers: { Authorization: authorization, ...length, ...headers },
      });
      const timer = setTimeout(() => {
        fail('no answer in time');
        sent.destroy();
      }, patienceMs);
      sent.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
      sent.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', () => fail('the answer was cut'));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
        });
      });
      sent.end(body);
      return promise.finally(() => clearTimeout(timer));
    },
    close: () => agent.destroy(),
  };
}

function lengthOf(body: Buffer | undefined): Record<string, string> {
  return { 'Content-Length': `${body?.length ?? 0}` };
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
