import { type JudgedObject, judged, judgeOf, type Verdict } from '../judge.ts';
import type { Checking } from './inspection.ts';

/** What an object's bytes turned out to be. */
export type Stored =
  | ({ readonly kind: 'read' } & Verdict)
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Reads all bytes of an object, opens them where they are sealed, and hashes them as its digest is hashed. */
export async function readWhole(world: Checking, object: JudgedObject): Promise<Stored> {
  try {
    const verdict = await judged(world.blobs, object.object_key, await judgeOf(world, object));
    return verdict ? { kind: 'read', ...verdict } : { kind: 'missing' };
  } catch (error) {
    return { kind: 'unreadable', why: error instanceof Error ? error.message : String(error) };
  }
}
