import { isIP } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';
import { type AcmeAccount, type AcmeAnswer, AcmeError } from './client.ts';

const ASKED_AT_MOST = 40;
const ASKED_AFTER_MS = 500;
const ASKED_LATER_MS = 5_000;

export interface Order {
  readonly names: readonly string[];
  /** The signing request for these names, DER. */
  readonly request: Buffer;
  /** Makes `answer` what is at `/.well-known/acme-challenge/{token}` on port 80 of each name. */
  publish(token: string, answer: string): Promise<void>;
  readonly signal?: AbortSignal;
}

/** Gets a certificate for the names, with its chain, in PEM: RFC 8555, 7.4, by challenges http-01. @throws AcmeError */
export async function orderCertificate(
  account: AcmeAccount,
  { names, request, publish, signal }: Order,
): Promise<string> {
  const identifiers = names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }));
  const order = await account.send(account.newOrder, { identifiers });
  for (const url of texts(order.json['authorizations'])) await authorize(account, url, { publish, signal });

  await account.send(String(order.json['finalize']), { csr: request.toString('base64url') });
  const done = await until(account, order.location, ['valid'], signal);
  return (await account.send(String(done.json['certificate']), undefined)).text;
}

async function authorize(
  account: AcmeAccount,
  url: string,
  { publish, signal }: { readonly publish: Order['publish']; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const { json } = await account.send(url, undefined);
  if (json['status'] === 'valid') return;
  const challenges = Array.isArray(json['challenges']) ? json['challenges'] : [];
  const challenge = challenges.find((it) => it.type === 'http-01');
  if (challenge === undefined) throw new AcmeError(`${url} offers no challenge http-01.`);
  const token = String(challenge.token);
  await publish(token, `${token}.${account.thumbprint}`);
  await account.send(String(challenge.url), {});
  await until(account, url, ['valid'], signal);
}

/** Asks again until it has one of the states. @throws AcmeError when it has one that leads nowhere, or takes too long */
async function until(
  account: AcmeAccount,
  url: string,
  states: readonly string[],
  signal: AbortSignal | undefined,
): Promise<AcmeAnswer> {
  for (let asked = 1; asked <= ASKED_AT_MOST; asked += 1) {
    const answer = await account.send(url, undefined);
    const status = String(answer.json['status']);
    if (states.includes(status)) return answer;
    if (!['pending', 'processing', 'ready'].includes(status)) {
      throw new AcmeError(`${url} is ${status}: ${reasonIn(answer.json)}`);
    }
    await pass(asked < 10 ? ASKED_AFTER_MS : ASKED_LATER_MS, undefined, { ...(signal && { signal }) });
  }
  throw new AcmeError(`${url} has not come to an end in time.`);
}

/** What the authority says was wrong: of an authorization its challenge has it. */
function reasonIn(json: AcmeAnswer['json']): string {
  const challenges: readonly { error?: { detail?: unknown } }[] = Array.isArray(json['challenges'])
    ? json['challenges']
    : [];
  const own = json['error'] as { detail?: unknown } | undefined;
  const detail = own?.detail ?? challenges.find((it) => it.error)?.error?.detail;
  return detail === undefined ? 'no reason was given' : String(detail);
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
