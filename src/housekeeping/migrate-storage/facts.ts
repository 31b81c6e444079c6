/**
 * How far a migration is stands in the fact `read-only` of both installations, which is what people are told as well.
 * One that takes no changes because of a migration names it, and one that begins later gets another id: so rows that
 * were copied are known to be those that the source still has.
 */
const MOVING = 'This Berth is being moved to another storage';
const MOVED = 'This Berth has moved';
const UNFINISHED = 'This Berth is not whole: it is still being copied here';
const ABORT = 'To stay here after all: berth migrate-storage --abort.';

/** What the source says while its last changes are copied. */
export function movingText(migration: string): string {
  return `${MOVING} (migration ${migration}), and takes no changes until that is done. To go on: run the same berth migrate-storage again. ${ABORT}`;
}

/** What the source says from then on. */
export function movedText(migration: string, where: string): string {
  return `${MOVED} to ${where} (migration ${migration}), and takes no changes here any more. ${ABORT}`;
}

/** What the target says until it is whole; with the migration as soon as rows of it are there. */
export function unfinishedText(migration = 'objects'): string {
  return `${UNFINISHED} (migration ${migration}). Run the same berth migrate-storage again to go on.`;
}

/** What a text says: undefined when it is about something else. */
export function readText(
  text: string | undefined,
): { readonly state: 'moving' | 'moved' | 'unfinished'; readonly migration: string } | undefined {
  const migration = /\(migration ([a-z0-9-]+)\)/.exec(text ?? '')?.[1];
  if (text === undefined || migration === undefined) return undefined;
  if (text.startsWith(MOVING)) return { state: 'moving', migration };
  if (text.startsWith(MOVED)) return { state: 'moved', migration };
  return text.startsWith(UNFINISHED) ? { state: 'unfinished', migration } : undefined;
}
