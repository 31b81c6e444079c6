import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true });

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** One small request over a connection that is kept. */
export function send(
  method: string,
  url: string,
  { headers = {}, body }: { headers?: Readonly<Record<string, string>>; body?: string | Uint8Array } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers: { ...headers, ...lengthOf(body) } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The same, with one status alone being right. @throws when the answer has another */
export async function expecting(status: number, ...asked: Parameters<typeof send>): Promise<Answer> {
  const answer = await send(...asked);
  if (answer.status === status) return answer;
  throw new Error(`${asked[0]} ${asked[1]} answered ${answer.status}, not ${status}: ${answer.body.toString()}`);
}

function lengthOf(body: string | Uint8Array | undefined): Readonly<Record<string, number>> {
  return body === undefined ? { 'content-length': 0 } : { 'content-length': Buffer.byteLength(body) };
}
