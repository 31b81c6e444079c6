import { CannotStart } from '../../installation/cannot-start.ts';
import { findFact } from '../../storage/metadata/installation.ts';
import type { World } from '../../world.ts';
import { readText } from './facts.ts';

/**
 * Keeps a server from serving the part of a Berth that a migration has copied so far.
 *
 * @throws CannotStart
 */
export async function refuseUnfinished({ metadata }: Pick<World, 'metadata'>): Promise<void> {
  const text = await metadata.read((tx) => findFact(tx, 'read-only'));
  if (text !== undefined && readText(text)?.state === 'unfinished') throw new CannotStart(text);
}
