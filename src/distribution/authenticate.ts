import { verifyLoginToken } from '../identity/login-token.ts';
import type { Principal } from '../identity/principal.ts';
import { noteRoleUse } from '../identity/role-use.ts';
import { defineRefusal } from '../values/refusal.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { registryOfHost } from './registry-host.ts';

/** Rendered as ECR does it: plain text and a Basic challenge. docker and containerd log in on it. */
export const NotAuthenticated = defineRefusal<Record<string, never>>({
  code: 'NotAuthenticated',
  status: 401,
  oci: { code: 'UNAUTHORIZED', status: 401 },
  message: () => 'Not Authorized',
});

export const LoginInvalid = defineRefusal<Record<string, never>>({
  code: 'LoginInvalid',
  status: 401,
  oci: { code: 'DENIED', status: 401 },
  message: () => 'Not Authorized',
});

export const LoginOfOtherRegion = defineRefusal<{ region: string; loginRegion: string }>({
  code: 'LoginOfOtherRegion',
  oci: { code: 'DENIED', status: 400 },
  message: () => 'Not Authorized',
});

/** 403, not 401, and these words: scripts look for them to log in again. */
export const LoginExpired = defineRefusal<Record<string, never>>({
  code: 'LoginExpired',
  status: 403,
  oci: { code: 'DENIED', status: 403 },
  message: () => 'Your authorization token has expired. Reauthenticate and try again.',
});

export const RegionNotServed = defineRefusal<{ region: string; served: readonly string[] }>({
  code: 'RegionNotServed',
  oci: { code: 'DENIED', status: 400 },
  message: (f) => `The region '${f.region}' is not served here. Served: ${f.served.join(', ')}.`,
});

/**
 * Who is calling, and which registry he addresses: that of the host where it has ECR's form, otherwise his own.
 *
 * @throws NotAuthenticated, LoginInvalid, LoginExpired, LoginOfOtherRegion, RegionNotServed
 */
export async function authenticate(
  world: World,
  headers: { readonly authorization?: string | undefined; readonly host?: string | undefined },
): Promise<{ principal: Principal; registry: RegistryId }> {
  const password = basicPassword(headers.authorization);
  if (password === undefined) throw NotAuthenticated({});

  const login = await verifyLoginToken(world, password);
  if (login.kind === 'expired') throw LoginExpired({});
  if (login.kind === 'invalid') throw LoginInvalid({});

  const addressed = registryOfHost(headers.host ?? '');
  const registry = addressed ?? { account: login.principal.account, region: login.region };
  const served = world.rules.regions;
  if (!served.includes(registry.region)) throw RegionNotServed({ region: registry.region, served });
  if (registry.region !== login.region) {
    throw LoginOfOtherRegion({ region: registry.region, loginRegion: login.region });
  }
  noteRoleUse(world, login.principal, registry.region);
  return { principal: login.principal, registry };
}

const BASIC = /^basic +([A-Za-z0-9+/_-]+={0,2}) *$/i;

/** The password of user `AWS`, the only name there is (ECR); undefined when there is none to be read. */
function basicPassword(authorization: string | undefined): string | undefined {
  const [, encoded] = BASIC.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const [, password] = /^AWS:(.+)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return password;
}
