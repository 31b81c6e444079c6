import type { Ids } from '../world.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What the first four letters of an id say it is of. */
export type IdPrefix = 'AIDA' | 'AROA' | 'AGPA' | 'ANPA' | 'AIPA';

/** A unique id in AWS's form, such as of a user: `AIDA` and 17 letters. */
export function newUniqueId(ids: Pick<Ids, 'bytes'>, prefix: IdPrefix): string {
  return `${prefix}${Array.from(ids.bytes(17), (byte) => BASE32[byte & 31]).join('')}`;
}

/**
 * An access key id in AWS's form: `AKIA` for one that lasts, `ASIA` for a session's, and 16 letters. They hold the
 * account where AWS's do, so that tools which read it there find the right one.
 */
export function newAccessKeyId(ids: Pick<Ids, 'bytes'>, prefix: 'AKIA' | 'ASIA', account: string): string {
  const random = ids.bytes(10);
  const bits = BigInt(`0x${random.toString('hex')}`);
  // Of 80 bits the first is free, the next 40 are the account, and 39 are left.
  const low = bits & ((1n << 39n) - 1n);
  const value = (bits & (1n << 79n)) | (BigInt(account) << 39n) | low;
  const letters = Array.from({ length: 16 }, (_, i) => BASE32[Number((value >> BigInt(75 - 5 * i)) & 31n)]);
  return `${prefix}${letters.join('')}`;
}

/** The account that an access key id in AWS's form holds: API_GetAccessKeyInfo. Undefined when it has another form. */
export function accountOfAccessKeyId(accessKeyId: string): string | undefined {
  const [, letters] = /^A[KS]IA([A-Z2-7]{16})$/.exec(accessKeyId) ?? [];
  if (letters === undefined) return undefined;
  let value = 0n;
  for (const letter of letters) value = (value << 5n) | BigInt(BASE32.indexOf(letter));
  const account = String((value >> 39n) & ((1n << 40n) - 1n)).padStart(12, '0');
  return account.length === 12 ? account : undefined;
}

/** A secret access key: 40 letters from 30 random bytes. */
export function newSecretAccessKey(ids: Pick<Ids, 'bytes'>): string {
  return ids.bytes(30).toString('base64');
}

/**
 * A number for a new account. Its first digit is no zero: there are tools that take an account for a number and lose it.
 */
export function newAccountId(ids: Pick<Ids, 'bytes'>): string {
  const span = 900_000_000_000n;
  // 128 bits, so that no number is more likely than another by more than one in 10^26.
  return String(100_000_000_000n + (BigInt(`0x${ids.bytes(16).toString('hex')}`) % span));
}

/** A new long-term access key of the account. */
export function newAccessKey(
  ids: Pick<Ids, 'bytes'>,
  account: string,
): { accessKeyId: string; secretAccessKey: string } {
  return { accessKeyId: newAccessKeyId(ids, 'AKIA', account), secretAccessKey: newSecretAccessKey(ids) };
}
