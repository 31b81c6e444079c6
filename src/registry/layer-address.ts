import { timingSafeEqual } from 'node:crypto';
import { type Digest, isDigest } from '../values/digest.ts';
import { isRepositoryName } from '../values/names.ts';
import { isAccount, isRegion, type RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';

type Signing = Pick<World['secrets'], 'mac'>;

export interface LayerAddress {
  readonly registry: RegistryId;
  readonly repositoryName: string;
  /** Its id: one of the same name that is made later is not meant. */
  readonly repositoryId: string;
  readonly digest: Digest;
}

/** What every download address begins with, behind the origin. */
export const LAYER_ADDRESS_PREFIX = '/layers/';

/**
 * The address from which anyone who holds it may download the layer until `expiresAt`. `origin` is scheme, host and
 * port without a slash behind; empty gives a relative address. API_GetDownloadUrlForLayer.
 */
export function signLayerUrl(
  secrets: Signing,
  address: LayerAddress & { readonly origin: string; readonly expiresAt: Date },
): string {
  const { origin, registry, repositoryName, repositoryId, digest, expiresAt } = address;
  const path = `${LAYER_ADDRESS_PREFIX}${registry.account}/${registry.region}/${repositoryName}/${digest}`;
  const signed = `${path}?repository=${repositoryId}&expires=${expiresAt.getTime()}`;
  return `${origin}${signed}&signature=${signatureOf(secrets, signed)}`;
}

/**
 * The layer that a request's target, as sent, is a valid address of at `now`. Undefined when any byte of it is not
 * what was signed, or when its time is over.
 */
export function openLayerUrl(secrets: Signing, target: string, now: Date): LayerAddress | undefined {
  const [, signed, path, repositoryId, expires, given] =
    /^((\/[^?]+)\?repository=([0-9a-f-]{36})&expires=([0-9]{1,15}))&signature=([A-Za-z0-9_-]+)$/.exec(target) ?? [];
  if (signed === undefined || path === undefined || repositoryId === undefined) return undefined;
  if (expires === undefined || given === undefined) return undefined;

  // The texts are compared, not the bytes they stand for: base64 has more than one spelling of some bytes.
  const expected = Buffer.from(signatureOf(secrets, signed));
  const actual = Buffer.from(given);
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined;
  if (Number(expires) <= now.getTime()) return undefined;

  const [account = '', region = '', ...rest] = path.slice(LAYER_ADDRESS_PREFIX.length).split('/');
  const digest = rest.pop() ?? '';
  const repositoryName = rest.join('/');
  if (!isAccount(account) || !isRegion(region) || !isRepositoryName(repositoryName) || !isDigest(digest))
    return undefined;
  return { registry: { account, region }, repositoryName, repositoryId, digest };
}

function signatureOf(secrets: Signing, signed: string): string {
  return secrets.mac('layer-address', signed).toString('base64url');
}
