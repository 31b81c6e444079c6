import { createHmac, hash, subtle, timingSafeEqual } from 'node:crypto';
import { canonicalRequest } from './canonical-request.ts';
import type { DerivedKeys } from './derived-keys.ts';
import { type Authorization, parseAuthorization } from './parse-authorization.ts';
import { headersByName, type RawRequest } from './raw-request.ts';
import { DOES_NOT_MATCH, ExpiredToken, InvalidSignature, UnrecognizedClient } from './refusals.ts';
import { formatTimestamp } from './timestamp.ts';

const TOLERANCE_MINUTES = 15;
const MINUTE = 60_000;
const HASHED_AT_ONCE = 64 * 1024;

/** Stands in where there is no key, so that an unknown one takes as long as a wrong secret. No signature is taken by it. */
const NOBODY = { accessKeyId: '', secretAccessKey: 'there is no such key' };
const ACCESS_KEY_ID = /^\w{1,128}$/;

/** An access key as the verification needs it; what else it carries comes back with the result. */
export interface SigningCredential {
  readonly secretAccessKey: string;
  readonly isActive: boolean;
  /** Of temporary credentials: whether their time is over. */
  readonly isExpired: boolean;
}

export interface Expected<K extends SigningCredential> {
  readonly now: Date;
  /** Names that the credential scope may hold for the service, such as `ecr`. */
  readonly services: readonly string[];
  /** Regions that are served; `any` where the service is the same for all. */
  readonly regions: readonly string[] | 'any';
  readonly findKey: (accessKeyId: string, sessionToken: string | undefined) => Promise<K | undefined>;
  readonly derivedKeys: DerivedKeys;
}

export interface Verified<K extends SigningCredential> {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  readonly key: K;
  readonly sessionToken: string | undefined;
}

/**
 * Verifies the Signature Version 4 of a request, in its header or its query, over method, path, query, headers and
 * body: `await verifySignature({ method, url, rawHeaders, body }, { now, services: ['ecr'], regions, findKey, derivedKeys })`.
 *
 * @throws MissingAuthenticationToken, IncompleteSignature, InvalidSignature, UnrecognizedClient, ExpiredToken
 */
export async function verifySignature<K extends SigningCredential>(
  request: RawRequest,
  expected: Expected<K>,
): Promise<Verified<K>> {
  const authorization = parseAuthorization(request);
  const { scope, sessionToken } = authorization;
  checkScope(authorization, expected);
  checkSignedHeaders(request, authorization);
  checkTime(authorization, expected.now);

  const { accessKeyId, region, service } = scope;
  const key = ACCESS_KEY_ID.test(accessKeyId) ? await expected.findKey(accessKeyId, sessionToken) : undefined;
  const { secretAccessKey, ...owner } = key ? { secretAccessKey: key.secretAccessKey, accessKeyId } : NOBODY;
  const signingKey = expected.derivedKeys.get({ ...scope, ...owner }, secretAccessKey);
  const matches = isSignedBy(request, { authorization, signingKey, payloadHash: await hashOfBody(request.body) });

  if (!key?.isActive) throw UnrecognizedClient({ accessKeyId });
  if (key.isExpired) throw ExpiredToken({});
  if (!matches) throw InvalidSignature({ detail: DOES_NOT_MATCH });
  return { accessKeyId, region, service, key, sessionToken };
}

function checkScope(
  { scope, signedAt }: Authorization,
  { services, regions }: Pick<Expected<never>, 'services' | 'regions'>,
) {
  const { date, region, service, terminator } = scope;
  const timestamp = formatTimestamp(signedAt);
  if (terminator !== 'aws4_request') {
    throw invalid(`Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'.`);
  }
  if (date !== timestamp.slice(0, 8)) {
    const versus = `'${date}' != '${timestamp.slice(0, 8)}', from '${timestamp}'`;
    throw invalid(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ${versus}.`,
    );
  }
  if (regions !== 'any' && !regions.includes(region)) {
    throw invalid(`Credential should be scoped to a valid region. Regions served here: ${regions.join(', ')}.`);
  }
  if (!services.includes(service)) {
    throw invalid(`Credential should be scoped to correct service: ${services.map((it) => `'${it}'`).join(' or ')}.`);
  }
}

/** What would change the meaning of a request must be signed: its host, its time, and each x-amz- header. */
function checkSignedHeaders(request: RawRequest, { signedHeaders, dateHeader }: Authorization) {
  const names = signedHeaders.split(';');
  const signed = new Set(names);
  const present = headersByName(request.rawHeaders);
  if (!signed.has('host')) throw invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  const needed = [...present.keys()].filter((it) => it.startsWith('x-amz-') || it === dateHeader);
  const unsigned = needed.find((it) => !signed.has(it));
  if (unsigned !== undefined) throw invalid(`'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
  // No signer lists a name twice. Whoever does would have his longest header hashed thousands of times.
  const isTwice = signed.size < names.length;
  if (isTwice || names.some((it) => !present.has(it))) throw invalid(DOES_NOT_MATCH);
}

function checkTime({ signedAt, expiresIn }: Authorization, now: Date) {
  const tolerance = TOLERANCE_MINUTES * MINUTE;
  const past = expiresIn === undefined ? tolerance : expiresIn * 1_000;
  const pastText = expiresIn === undefined ? `${TOLERANCE_MINUTES} min.` : `${expiresIn} sec.`;
  const earliest = new Date(now.getTime() - past);
  const latest = new Date(now.getTime() + tolerance);
  const [at, current] = [formatTimestamp(signedAt), formatTimestamp(now)];
  if (signedAt < earliest || (expiresIn !== undefined && signedAt <= earliest)) {
    throw invalid(
      `Signature expired: ${at} is now earlier than ${formatTimestamp(earliest)} (${current} - ${pastText})`,
    );
  }
  if (signedAt > latest) {
    const limit = `${formatTimestamp(latest)} (${current} + ${TOLERANCE_MINUTES} min.)`;
    throw invalid(`Signature not yet current: ${at} is still later than ${limit}`);
  }
}

interface Claim {
  readonly authorization: Authorization;
  readonly signingKey: Buffer;
  readonly payloadHash: string;
}

function isSignedBy(request: RawRequest, { authorization, signingKey, payloadHash }: Claim): boolean {
  const { scope, signedAt, signedHeaders } = authorization;
  const canonical = canonicalRequest(request, signedHeaders, payloadHash);
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    formatTimestamp(signedAt),
    `${scope.date}/${scope.region}/${scope.service}/${scope.terminator}`,
    hash('sha256', Buffer.from(canonical, 'latin1')),
  ].join('\n');
  const signature = createHmac('sha256', signingKey).update(stringToSign, 'latin1').digest('hex');
  return isEqual(signature, authorization.signature);
}

/**
 * In hex. The hash is always our own: whoever states another in x-amz-content-sha256, or leaves the payload unsigned, has
 * signed another request. A large body, such as a layer part, is hashed off the event loop. */
async function hashOfBody(body: Uint8Array<ArrayBuffer>): Promise<string> {
  if (body.length < HASHED_AT_ONCE) return hash('sha256', body);
  return Buffer.from(await subtle.digest('SHA-256', body)).toString('hex');
}

function isEqual(known: string, given: string): boolean {
  const [a, b] = [Buffer.from(known, 'latin1'), Buffer.from(given, 'latin1')];
  return a.length === b.length && timingSafeEqual(a, b);
}

function invalid(detail: string) {
  return InvalidSignature({ detail });
}
