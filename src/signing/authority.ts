import { findSigningAuthority, settleSigningAuthority } from '../storage/metadata/signing-profiles.ts';
import type { SigningAuthorityRow } from '../storage/metadata/signing-tables.ts';
import type { World } from '../world.ts';
import { type Authority, makeSigningAuthority } from './certificates.ts';

type Authorities = Pick<World, 'metadata' | 'secrets' | 'ids' | 'clock'>;

/**
 * What the certificates of an account's profiles are signed with, and what those must trust who verify. An account has
 * one in all regions; it is made when first asked for, and of those who ask at once all have the same.
 */
export async function signingAuthorityOf(world: Authorities, account: string): Promise<Authority> {
  const known = await world.metadata.readOne((tx) => findSigningAuthority(tx, account));
  if (known) return opened(world, known);
  const now = world.clock.now();
  const { certificate, key } = await makeSigningAuthority(account, { now, serial: world.ids.bytes(16) });
  const row = {
    account,
    certificate,
    sealed_key: world.secrets.seal(key, contextOf(account)),
    created_at: now.getTime(),
  };
  return opened(world, await world.metadata.write((tx) => settleSigningAuthority(tx, row)));
}

function opened({ secrets }: Authorities, { account, certificate, sealed_key }: SigningAuthorityRow): Authority {
  return { certificate, key: secrets.open(Buffer.from(sealed_key), contextOf(account)) };
}

function contextOf(account: string): string {
  return `signing-authority ${account}`;
}
