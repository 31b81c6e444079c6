import type { Ids } from '../world.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A new long-term access key in AWS's form: `AKIA` and 16 letters; a secret of 40 letters from 30 random bytes. */
export function newAccessKey(ids: Ids): { accessKeyId: string; secretAccessKey: string } {
  const letters = Array.from(ids.bytes(16), (byte) => BASE32[byte & 31]).join('');
  return { accessKeyId: `AKIA${letters}`, secretAccessKey: ids.bytes(30).toString('base64') };
}
