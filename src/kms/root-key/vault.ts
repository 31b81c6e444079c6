import { request as plainly } from 'node:http';
import { request as securely } from 'node:https';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import type { RootKey } from '../../world.ts';
import { marksOf } from './marked.ts';
import { NotWrappedHere } from './not-wrapped-here.ts';

const KIND = 3;
const TIMEOUT_MS = 10_000;

export interface VaultKey {
  readonly address: string;
  /** Mount and key: `transit/berth`. */
  readonly key: string;
  readonly namespace?: string | undefined;
  readonly login: { readonly token: string } | { readonly roleId: string; readonly secretId: string };
}

const Encrypted = v.object({ data: v.object({ ciphertext: v.string() }) });
const Decrypted = v.object({ data: v.object({ plaintext: v.string() }) });
const LoggedIn = v.object({ auth: v.object({ client_token: v.string() }) });
const Failed = v.object({ errors: v.array(v.string()) });

/** Vault said no, or nothing that can be understood. */
export class VaultFailed extends Error {
  override readonly name = 'VaultFailed';
  readonly status: number;

  constructor(status: number, what: string) {
    super(what);
    this.status = status;
  }
}

/**
 * A key of the transit engine of Vault or OpenBao as root key: it never leaves there. What is wrapped is bound as
 * associated data, so the key must be of an AEAD type. A role logs in when it must, and again when its token has ended.
 */
export function vaultRootKey({ address, key, namespace, login }: VaultKey): RootKey {
  const slash = key.lastIndexOf('/');
  const [mount, name] = [key.slice(0, slash), key.slice(slash + 1)];
  const marks = marksOf(KIND, `${namespace ?? ''} ${key}`);
  let token = 'token' in login ? login.token : undefined;

  async function logIn(): Promise<string> {
    if ('token' in login) return login.token;
    const { roleId: role_id, secretId: secret_id } = login;
    return (await ask('auth/approle/login', { role_id, secret_id }, LoggedIn)).auth.client_token;
  }

  async function transit<T>(what: string, body: object, shape: v.GenericSchema<unknown, T>): Promise<T> {
    token ??= await logIn();
    try {
      return await ask(`${mount}/${what}/${name}`, body, shape);
    } catch (error) {
      // A token that has ended is refused like one that may not; a role gets another, once.
      if (!(error instanceof VaultFailed) || error.status !== 403 || 'token' in login) throw error;
      token = await logIn();
      return ask(`${mount}/${what}/${name}`, body, shape);
    }
  }

  async function ask<T>(path: string, body: object, shape: v.GenericSchema<unknown, T>): Promise<T> {
    const answer = await post(`${address}/v1/${path}`, JSON.stringify(body), {
      'content-type': 'application/json',
      'x-vault-request': 'true',
      ...(token !== undefined && { 'x-vault-token': token }),
      ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
    });
    const said = v.safeParse(v.pipe(v.string(), v.parseJson()), answer.body).output;
    if (answer.status !== 200) {
      const why = v.safeParse(Failed, said);
      throw new VaultFailed(answer.status, why.success ? why.output.errors.join('; ') : `status ${answer.status}`);
    }
    const parsed = v.safeParse(shape, said);
    if (!parsed.success) throw new VaultFailed(answer.status, 'an answer of another form');
    return parsed.output;
  }

  const dataOf = (context: string) => Buffer.from(context, 'utf8').toString('base64');
  return {
    async wrap(plaintext, context) {
      const body = { plaintext: plaintext.toString('base64'), associated_data: dataOf(context) };
      const { data } = await transit('encrypt', body, Encrypted);
      return marks.put(Buffer.from(data.ciphertext, 'utf8'));
    },
    async unwrap(wrapped, context) {
      const ciphertext = marks.take(wrapped)?.toString('utf8');
      if (ciphertext === undefined) throw new NotWrappedHere();
      const { data } = await transit('decrypt', { ciphertext, associated_data: dataOf(context) }, Decrypted);
      return Buffer.from(data.plaintext, 'base64');
    },
    isCurrent: (wrapped) => marks.take(wrapped) !== undefined,
  };
}

function post(
  address: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: string }> {
  const send = address.startsWith('https:') ? securely : plainly;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  return new Promise((resolve, reject) => {
    const length = String(Buffer.byteLength(body));
    const sent = send(
      address,
      { method: 'POST', headers: { ...headers, 'content-length': length }, signal },
      (answer) => {
        text(answer).then((it) => resolve({ status: answer.statusCode ?? 0, body: it }), reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
