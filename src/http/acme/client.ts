import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { Answer, Outbound } from '../../outbound/port.ts';

const BOUNDS = { maxBytes: 256 * 1024, timeoutMs: 30_000 };
/** A nonce may have run out while we thought. */
const TRIED_AT_MOST = 3;

export class AcmeError extends Error {
  override readonly name = 'AcmeError';
}

/** Where an answer lies, and what it says. */
export interface AcmeAnswer {
  /** Its `Location`; empty where there is none. */
  readonly location: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** An account at an authority: RFC 8555. */
export interface AcmeAccount {
  /** Sends a signed request; `undefined` asks for what lies there (POST-as-GET). @throws AcmeError, OutboundError */
  send(url: string, payload: object | undefined): Promise<AcmeAnswer>;
  readonly newOrder: string;
  /** What shows, beside a challenge's token, that it is this account that answers it (8.1). */
  readonly thumbprint: string;
}

/** Makes the account of `accountKey` (PKCS #8 in PEM, P-256), or finds it again. @throws AcmeError, OutboundError */
export async function openAccount(
  outbound: Pick<Outbound, 'get' | 'post'>,
  { directory, accountKey, email }: { directory: string; accountKey: string; email: string | undefined },
): Promise<AcmeAccount> {
  const found = await outbound.get(directory, BOUNDS);
  const addresses = parse(found, directory);
  const [newNonce, newAccount, newOrder] = ['newNonce', 'newAccount', 'newOrder'].map((it) => text(addresses, it));
  if (newNonce === undefined || newAccount === undefined || newOrder === undefined) {
    throw new AcmeError(`${directory} is no directory of an ACME authority.`);
  }
  const key = createPrivateKey(accountKey);
  const jwk = publicJwk(key);
  let nonce: string | undefined;

  async function post(url: string, payload: object | undefined, identity: object): Promise<Answer> {
    nonce ??= header(await outbound.get(newNonce ?? '', BOUNDS), 'replay-nonce');
    const body = JSON.stringify(signed(key, { alg: 'ES256', nonce, url, ...identity }, payload));
    const answer = await outbound.post(url, { contentType: 'application/jose+json', body }, BOUNDS);
    nonce = header(answer, 'replay-nonce');
    return answer;
  }

  async function send(url: string, payload: object | undefined, identity: object): Promise<AcmeAnswer> {
    for (let tried = 1; ; tried += 1) {
      const answer = await post(url, payload, identity);
      if (answer.status < 400) return answerOf(answer, url);
      const problem = parse(answer, url);
      const isStale = String(problem['type']).endsWith(':badNonce');
      if (!isStale || tried === TRIED_AT_MOST) {
        throw new AcmeError(`${url} answered ${answer.status}: ${String(problem['detail'] ?? problem['type'])}`);
      }
    }
  }

  const contact = email === undefined ? {} : { contact: [`mailto:${email}`] };
  const account = await send(newAccount, { termsOfServiceAgreed: true, ...contact }, { jwk });
  return {
    newOrder,
    thumbprint: createHash('sha256').update(JSON.stringify(jwk)).digest('base64url'),
    send: (url, payload) => send(url, payload, { kid: account.location }),
  };
}

/** A flattened JWS: RFC 7515, 7.2.2. */
function signed(key: KeyObject, header: object, payload: object | undefined): object {
  const protectedPart = Buffer.from(JSON.stringify(header)).toString('base64url');
  const payloadPart = payload === undefined ? '' : Buffer.from(JSON.stringify(payload)).toString('base64url');
  const signature = sign('sha256', Buffer.from(`${protectedPart}.${payloadPart}`), { key, dsaEncoding: 'ieee-p1363' });
  return { protected: protectedPart, payload: payloadPart, signature: signature.toString('base64url') };
}

/** Its members in the order of their names, without space: as RFC 7638 hashes it. */
function publicJwk(key: KeyObject): Readonly<Record<string, unknown>> {
  const { crv, kty, x, y } = createPublicKey(key).export({ format: 'jwk' });
  return { crv, kty, x, y };
}

function answerOf(answer: Answer, url: string): AcmeAnswer {
  const body = answer.body.toString('utf8');
  const isJson = header(answer, 'content-type')?.includes('json') === true;
  return { location: header(answer, 'location') ?? '', json: isJson ? parse(answer, url) : {}, text: body };
}

function parse({ status, body }: Answer, url: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Told below.
  }
  throw new AcmeError(`${url} answered ${status} with something that is no JSON object.`);
}

function header({ headers }: Answer, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function text(from: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = from[name];
  return typeof value === 'string' ? value : undefined;
}
