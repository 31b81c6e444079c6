// An OIDC provider of a test's own: its keys, its documents, its tokens.
import { generateKeyPair as generate, type KeyObject } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { promisify } from 'node:util';
import { exportJWK, type JWK, SignJWT } from 'jose';
import { type Answer, type Outbound, OutboundError, type OutboundFailure } from '../../src/outbound/port.ts';
import { addOidcProvider } from '../../src/storage/metadata/oidc-providers.ts';
import type { World } from '../../src/world.ts';
import type { TestBerth } from '../berth.ts';

const generateKeyPair = promisify(generate);
const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

interface SigningKey {
  readonly alg: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public part, as a JWK Set has it. */
  readonly jwk: JWK;
}

/** A new key; RSA ones have 2,048 bits unless said otherwise. */
export async function signingKey(kid: string | undefined, alg = 'ES256', bits = 2_048): Promise<SigningKey> {
  const namedCurve = CURVES[alg];
  const pair =
    namedCurve === undefined
      ? await generateKeyPair('rsa', { modulusLength: bits })
      : await generateKeyPair('ec', { namedCurve });
  const jwk = { ...(await exportJWK(pair.publicKey)), use: 'sig', alg, ...(kid !== undefined && { kid }) };
  return { alg, ...pair, jwk };
}

export interface Issuer {
  readonly url: string;
  readonly key: SigningKey;
  /** What it publishes; tests change it. */
  keys: JWK[];
  /** Where what lies: the text of an answer, a status instead of one, or what goes wrong. */
  readonly documents: Map<string, unknown | number | OutboundFailure>;
  /** A token with these claims beside those that it must have. An undefined claim is left out. */
  token(claims?: Readonly<Record<string, unknown>>, how?: Signing): Promise<string>;
}

interface Signing {
  readonly key?: Pick<SigningKey, 'alg' | 'privateKey' | 'jwk'>;
  /** Beside `alg` and `kid`, or instead of them. */
  readonly header?: Readonly<Record<string, unknown>>;
}

/** A provider under `url`, whose tokens are of the Berth's time. */
export async function issuer(
  berth: { readonly world: Pick<World, 'clock'> },
  url = 'https://issuer.example.com',
): Promise<Issuer> {
  const key = await signingKey('key-1');
  const keys = [key.jwk];
  const it: Issuer = {
    url,
    key,
    keys,
    documents: new Map<string, unknown>([
      [`${url.replace(/\/$/, '')}/.well-known/openid-configuration`, { issuer: url, jwks_uri: `${url}/keys` }],
    ]),
    async token(claims = {}, { key: by = key, header = {} } = {}) {
      const now = Math.floor(berth.world.clock.now().getTime() / 1_000);
      const all = { iss: url, aud: 'sts.amazonaws.com', sub: 'job-1', iat: now, exp: now + 300, ...claims };
      return new SignJWT(JSON.parse(JSON.stringify(all)))
        .setProtectedHeader({ alg: by.alg, kid: by.jwk.kid, typ: 'JWT', ...header } as { alg: string })
        .sign(by.privateKey, { crit: Object.fromEntries(((header['crit'] ?? []) as string[]).map((x) => [x, true])) });
    },
  };
  return it;
}

/** The world outside, as these issuers are all that there is of it; and what was asked of it. */
export function outsideOf(...issuers: readonly Issuer[]): Outbound & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async get(address) {
      asked.push(address);
      for (const it of issuers) {
        const found = it.documents.get(address) ?? (address === `${it.url}/keys` ? { keys: it.keys } : undefined);
        if (found !== undefined) return answerOf(found);
      }
      throw new OutboundError('unreachable', `${address} is not there.`);
    },
    post: () => Promise.reject(new OutboundError('unreachable', 'Nobody listens.')),
    thumbprint: () => Promise.reject(new OutboundError('unreachable', 'Nobody is there.')),
  };
}

function answerOf(found: unknown): Answer {
  if (typeof found === 'number') return { status: found, headers: {}, body: Buffer.alloc(0) };
  if (typeof found === 'string') throw new OutboundError(found as OutboundFailure, found);
  return { status: 200, headers: {}, body: Buffer.isBuffer(found) ? found : Buffer.from(JSON.stringify(found)) };
}

/** The same over HTTP: what the issuer publishes, under its paths. */
export function publishing(it: () => Issuer): RequestListener {
  return (request, response) => {
    const { url, documents, keys } = it();
    const address = new URL(request.url ?? '', url).href;
    const found = documents.get(address) ?? (address === `${url}/keys` ? { keys } : undefined);
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ?? {}));
  };
}

/** Makes it a provider of the account; answers its ARN. */
export async function trustIssuer(
  berth: TestBerth,
  { url }: Pick<Issuer, 'url'>,
  { clientIds = ['sts.amazonaws.com'], account = berth.registry.account } = {},
): Promise<string> {
  const path = url.slice('https://'.length);
  const arn = `arn:aws:iam::${account}:oidc-provider/${path}`;
  const row = { arn, account, url: path, client_ids: JSON.stringify(clientIds), thumbprints: '[]', created_at: 0 };
  await berth.world.metadata.write((tx) => addOidcProvider(tx, row));
  return arn;
}

/** A trust policy for tokens of the provider that meet the condition. */
export function federatedTrust(providerArn: string, condition?: object): object {
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: providerArn },
    Action: 'sts:AssumeRoleWithWebIdentity',
    ...(condition !== undefined && { Condition: condition }),
  };
  return { Version: '2012-10-17', Statement: [statement] };
}
