import { scrypt, timingSafeEqual } from 'node:crypto';
import type { World } from '../../world.ts';

/** 128 MiB and about half a second for each guess. */
const COST = { N: 2 ** 17, r: 8, p: 1 };
const MEMORY = 160 * 1024 * 1024;
const BYTES = 32;
const AT_ONCE = 2;
/** As many as PasswordReusePrevention may look at. */
const REMEMBERED_AT_MOST = 24;

/** A password as it is kept: never the password. */
export interface KeptPassword {
  readonly cost: { readonly N: number; readonly r: number; readonly p: number };
  /** Base64. One for all hashes, so that one computation compares with each of them. */
  readonly salt: string;
  /** Base64, the password that holds first, then those before it. */
  readonly hashes: readonly [string, ...string[]];
  /** When it was set, in milliseconds since the epoch. */
  readonly changedAt: number;
}

/** Keeps a password, and remembers those before it. */
export async function keepPassword(
  { clock, ids }: Pick<World, 'clock' | 'ids'>,
  password: string,
  before?: KeptPassword,
): Promise<KeptPassword> {
  const salt = before?.salt ?? ids.bytes(16).toString('base64');
  const cost = before?.cost ?? COST;
  const hash = (await hashOf(password, { salt, cost })).toString('base64');
  const earlier = (before?.hashes ?? []).slice(0, REMEMBERED_AT_MOST - 1);
  return { cost, salt, hashes: [hash, ...earlier], changedAt: clock.now().getTime() };
}

/** Which of the passwords it is: 0 the one that holds, 1 the one before it; undefined when it is none. */
export async function whichPassword(password: string, kept: KeptPassword): Promise<number | undefined> {
  const hash = await hashOf(password, kept);
  // All are compared, so that the time does not tell which one it was.
  const matches = kept.hashes.map((it) => timingSafeEqual(Buffer.from(it, 'base64'), hash));
  const found = matches.indexOf(true);
  return found < 0 ? undefined : found;
}

let running = 0;
const waiting: (() => void)[] = [];

/** On a thread, and few at once: each takes 128 MiB. */
async function hashOf(password: string, { salt, cost }: Pick<KeptPassword, 'salt' | 'cost'>): Promise<Buffer> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await new Promise((resolve, reject) => {
      const options = { ...cost, maxmem: MEMORY };
      scrypt(password.normalize('NFC'), Buffer.from(salt, 'base64'), BYTES, options, (error, key) => {
        if (error) reject(error);
        else resolve(key);
      });
    });
  } finally {
    // Whoever waits takes the place over.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}
