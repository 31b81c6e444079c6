import type { Compilable, CompiledQuery } from 'kysely';
import { compiledOf } from './compiled-once.ts';
import type { Writing } from './port.ts';

const unawaited = new WeakSet<CompiledQuery>();

/**
 * Runs a statement whose answer nobody needs. Where statements are messages to another thread it travels with the next
 * one, which saves the way there and back. What it fails with is thrown by the statements behind it, the commit at the
 * latest, and nothing of the transaction is left: so it is for what only fails when all is to fail.
 */
export async function runUnawaited(tx: Writing, query: Compilable | CompiledQuery): Promise<void> {
  const compiled = compiledOf(query);
  unawaited.add(compiled);
  await tx.executeQuery(compiled);
}

export function isUnawaited(query: CompiledQuery): boolean {
  return unawaited.has(query);
}
