import type { Compilable, CompiledQuery } from 'kysely';
import { compiledOf } from './compiled-once.ts';
import type { Reading } from './port.ts';

const steady = new WeakSet<CompiledQuery>();

/**
 * Runs a query whose answer hangs on nothing but what the transaction has looked at besides, as the layers of an image do
 * on the image being there. Where a transaction looks again at its end, it need not ask that again.
 */
export async function readSteady<R>(tx: Reading, query: Compilable<R> | CompiledQuery<R>): Promise<readonly R[]> {
  const compiled = compiledOf(query);
  steady.add(compiled);
  return (await tx.executeQuery(compiled)).rows;
}

export function isSteady(query: CompiledQuery): boolean {
  return steady.has(query);
}
