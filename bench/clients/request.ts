import { Agent as PlainAgent, request as plain } from 'node:http';
import { Agent as SecureAgent, request as secure } from 'node:https';

const overPlain = new PlainAgent({ keepAlive: true });
/** The certificate is the server's own; what is measured is not whether it is trusted. */
const overTls = new SecureAgent({ keepAlive: true, rejectUnauthorized: false });

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
    const isSecure = url.startsWith('https:');
    const [request, agent] = isSecure ? [secure, overTls] : [plain, overPlain];
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
