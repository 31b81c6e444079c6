import { PROBE_PREFIX } from '../port.ts';
import type { Bucket } from './bucket.ts';
import type { Names } from './names.ts';
import { Refused } from './store-error.ts';
import { type Integrity, type Sum, sumOf } from './sum.ts';

/** What a store does beyond what every S3 does. Some accept what they do not do, so each was tried. */
export interface Abilities {
  /** Whether it stores under a name only where nothing is, when it is asked to. */
  readonly refusesTaken: boolean;
  readonly integrity: Integrity;
}

const SENT = Buffer.from('berth was here');
const ARRIVED = Buffer.from('berth was hurt');

/** Asks once, when first needed; after a failure again. */
export function findingAbilities(bucket: Bucket, names: Names): () => Promise<Abilities> {
  let found: Promise<Abilities> | undefined;
  return () => {
    found ??= findAbilities(bucket, names).catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
}

async function findAbilities(bucket: Bucket, names: Names): Promise<Abilities> {
  const name = names.object(`${PROBE_PREFIX}${crypto.randomUUID()}`);
  try {
    const integrity = await findIntegrity(bucket, name);
    await bucket.put(name, SENT, { sum: { headers: {} } });
    const again = await bucket.put(name, ARRIVED, { sum: { headers: {} }, onlyNew: true }).catch(unlessRefused);
    return { refusesTaken: again === 'taken', integrity };
  } finally {
    await bucket.remove([name]);
  }
}

async function findIntegrity(bucket: Bucket, name: string): Promise<Integrity> {
  if (await verifiesCrc32(bucket, name)) return 'crc32';
  if (await refusesDamage(bucket, name, sumOf('md5', SENT))) return 'md5';
  await bucket.put(name, SENT, { sum: { headers: {} } });
  const head = await bucket.head(name);
  return head?.etag === sumOf('etag', SENT).etag ? 'etag' : 'none';
}

/** For parts too, and from a part's upload to the object: a checksum has to be agreed on before, and named again. */
async function verifiesCrc32(bucket: Bucket, name: string): Promise<boolean> {
  const sum = sumOf('crc32', SENT);
  if (!(await refusesDamage(bucket, name, sum))) return false;
  const upload = { name, id: (await bucket.beginParts(name, { checked: true })).id };
  try {
    const damaged = await bucket.putPart(upload, { number: 1, body: ARRIVED, sum }).catch(unlessRefused);
    if (damaged !== undefined) return false;
    await bucket.putPart(upload, { number: 1, body: SENT, sum });
    const parts = await bucket.parts(upload);
    return parts !== undefined && (await bucket.completeParts(upload, parts)) === 'completed';
  } catch (error) {
    unlessRefused(error);
    return false;
  } finally {
    await bucket.abortParts(upload);
  }
}

/** Whether the store refuses bytes that are not those of `sum`, and takes those that are. */
async function refusesDamage(bucket: Bucket, name: string, sum: Sum): Promise<boolean> {
  const damaged = await bucket.put(name, ARRIVED, { sum }).catch(unlessRefused);
  if (damaged !== undefined) return false;
  return (await bucket.put(name, SENT, { sum }).catch(unlessRefused)) === 'stored';
}

/** Undefined for a refusal, which is an answer; everything else says nothing of what the store can do. */
function unlessRefused(error: unknown): undefined {
  if (error instanceof Refused) return undefined;
  throw error;
}
