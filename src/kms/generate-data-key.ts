import { mustKnow, SYMMETRIC } from './encrypt.ts';
import type { EncryptionContext } from './encryption-context.ts';
import type { Key } from './find-key.ts';
import { keySpec } from './key-specs.ts';
import { materialIdOf } from './material-ids.ts';
import { newMaterial } from './new-material.ts';
import { Invalid, Unsupported } from './refusals.ts';
import { sealUnder, type Using } from './use-key.ts';

/** Something new, and the same encrypted under a key. */
export interface Generated {
  readonly plaintext: Buffer;
  readonly blob: Buffer;
  readonly materialId: string | undefined;
}

/** A data key of so many bytes, for one who keeps it encrypted. @throws Invalid, InvalidKeyUsage, NotFound, KeyUnavailable */
export function newDataKey(
  world: Using,
  key: Key,
  { spec, bytes, context }: { spec: string | undefined; bytes: number | undefined; context: EncryptionContext },
): Promise<Generated> {
  if ((spec === undefined) === (bytes === undefined)) {
    throw Invalid({ what: 'Please specify either number of bytes or key spec.' });
  }
  return sealed(world, key, world.ids.bytes(bytes ?? (spec === 'AES_128' ? 16 : 32)), context);
}

/** A pair whose private half is kept encrypted. @throws Unsupported, InvalidKeyUsage, NotFound, KeyUnavailable */
export async function newDataKeyPair(
  world: Using,
  key: Key,
  { spec, context }: { readonly spec: string; readonly context: EncryptionContext },
): Promise<Generated & { readonly publicKey: Buffer }> {
  if (keySpec(spec) === undefined)
    throw Unsupported({ what: `Data key pairs with the spec ${spec} are not supported.` });
  const { secret, publicKey } = await newMaterial(world.ids, spec);
  if (publicKey === undefined) throw new Error(`${spec} is no pair.`);
  return { ...(await sealed(world, key, secret, context)), publicKey };
}

async function sealed(world: Using, key: Key, plaintext: Buffer, context: EncryptionContext): Promise<Generated> {
  mustKnow(key, SYMMETRIC);
  const { blob, version } = await sealUnder(world, key, plaintext, context);
  return { plaintext, blob, materialId: await materialIdOf(world, key.row.key_id, version) };
}
