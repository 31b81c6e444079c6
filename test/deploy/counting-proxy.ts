// Stands before an S3 and counts what is asked of it, by kind.
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';

export interface CountingProxy {
  readonly endpoint: string;
  /** How many of each kind since the last time that this was called. */
  take(): Record<string, number>;
  stop(): Promise<void>;
}

/** Hands every request on as it is: signatures cover the Host header, and the store reads it, not its own address. */
export async function countingProxy(endpoint: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true });
  let counts: Record<string, number> = {};
  const server = createServer((incoming, answer) => {
    const kind = kindOf(incoming);
    counts[kind] = (counts[kind] ?? 0) + 1;
    const { method, url: path, headers } = incoming;
    const onwards = request({ hostname, port, agent, method, path, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    onwards.on('error', () => answer.destroy());
    answer.on('close', () => onwards.destroy());
    incoming.pipe(onwards);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port was expected');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    take() {
      const taken = counts;
      counts = {};
      return taken;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** S3's own names for what is done most. */
function kindOf({ method, url }: IncomingMessage): string {
  const { searchParams } = new URL(url ?? '/', 'http://s3');
  if (method === 'POST') {
    if (searchParams.has('uploads')) return 'CreateMultipartUpload';
    return searchParams.has('uploadId') ? 'CompleteMultipartUpload' : 'DeleteObjects';
  }
  if (method === 'PUT') return searchParams.has('partNumber') ? 'UploadPart' : 'PutObject';
  if (method === 'GET') {
    if (searchParams.has('uploads')) return 'ListMultipartUploads';
    if (searchParams.has('uploadId')) return 'ListParts';
    return searchParams.has('list-type') ? 'ListObjectsV2' : 'GetObject';
  }
  return method === 'HEAD' ? 'HeadObject' : (method ?? '');
}
